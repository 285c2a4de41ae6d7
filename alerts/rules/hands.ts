/** When somebody of the centre took an alarm and when it came back, carried by the alarm, so that its story is whole after it is over. */
import type { Hand, OpenAlarm } from '../../domain/alarm.ts'

/** One that is forgotten again and again shall not grow without end; the journal holds every one. */
const handsKept = 20

export const withHand = ({ hands = [] }: OpenAlarm, hand: Hand): readonly Hand[] => [...hands, hand].slice(-handsKept)
