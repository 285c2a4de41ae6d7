/** Whose an alarm is: an account, known by its id. The name beside it is for reading, and two people may carry the same. */

/** `byId` absent: done by the platform itself, by a relative, or written before accounts were kept. */
export type Doer = { by: string; byId?: string }

/** The same account; without accounts, the same name. Somebody with an account is never taken for a mere name. */
export const isSamePerson = (a: Doer, b: Doer): boolean => a.byId === b.byId && (a.byId !== undefined || a.by === b.by)

/** Who did it, of an event, an alarm or a note. */
export const doerOf = ({ by, byId }: Doer): Doer => ({ by, ...(byId !== undefined && { byId }) })

/** Done by the platform under this name, whatever people call themselves. */
export const isPlatform = ({ by, byId }: Doer, name = 'system'): boolean => byId === undefined && by === name
