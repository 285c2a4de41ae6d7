/** What relatives say to an alarm, and what lets them see how somebody is. Pure. */

/** One tap: 知道了 · 我过去 · 我打电话 · 去不了. */
export const familyAnswers = ['know', 'going', 'will-call', 'cannot'] as const
export type FamilyAnswer = (typeof familyAnswers)[number]
