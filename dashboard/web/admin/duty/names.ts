/** Names and times of a rota, in words. */
import type { DutyWeek } from '../../../contracts-duty.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'

export const nameOf = (week: DutyWeek, id: string): string =>
  week.people.find((person) => person.id === id)?.name ?? dutyWords.value.left(id)

const two = (n: number) => String(n).padStart(2, '0')
/** 510 → 08:30, as a field of time writes it. */
export const timeText = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
/** 08:30 → 510; 0 for what is no time. */
export const minuteOf = (text: string): number => {
  const [hour = 0, minute = 0] = text.split(':').map(Number)
  return hour * 60 + minute || 0
}
