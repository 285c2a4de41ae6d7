/** "Please try your button": once a week, in the language of the person, at the terminal, when no test was heard for a week. */
import type { RecordLine } from './record.ts'
import { days, type Instant } from './time.ts'

/** A button was proven for so long. */
export const testedFor = days(7)
/** Words we bring along; for any other language the centre writes its own sentence. */
export const reminderWords: Readonly<Record<string, string>> = {
  zh: '请在今天试按一次求助设备的测试键，好让我们知道它能用。',
  en: 'Please make a test press of your help button today, so that we know it works.',
  yue: '今日請試撳一次求助掣嘅測試鍵，等我哋知道佢用得。',
}

/** `words`: the centre's own sentence, in place of ours; '' for none. */
export type ReminderWish = { residentId: string; isOff: boolean; language: string; words: string }
export type Reminder = ReminderWish & { remindedAt: Instant | null }
export const usualWish = (residentId: string): ReminderWish => ({ residentId, isOff: false, language: 'zh', words: '' })

export type ReminderStore = {
  /** Those who were reminded, or wish something. Synchronous: read once a day. */
  reminders(): readonly Reminder[]
  reminder(residentId: string): Reminder | null
  /** Durable when resolved, with its line; what was reminded when stays as it is. */
  saveWish(wish: ReminderWish, line?: RecordLine): Promise<void>
  saveReminded(residentIds: readonly string[], at: Instant): Promise<void>
}
