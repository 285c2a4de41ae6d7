/** Alarms of this home that are over. */
import type { Alarm } from '../../../domain/alarm.ts'
import type { AlarmCard } from '../../contracts.ts'

/** What is over. An alarm that is open stands in the queue, and is nobody's past. */
export const earlierOf = (earlier: AlarmCard['earlier'], { id }: Pick<Alarm, 'id'>) =>
  earlier.flatMap((past) => (past.id !== id && past.state === 'resolved' ? [past] : []))
