/** One line to the log: what happened, with ids and counts. Never a name, an address or a vital sign. */
export type Level = 'info' | 'warn' | 'error'
export type Log = (level: Level, message: string, ids?: Readonly<Record<string, string | number | boolean>>) => void

/** The sentence of an error and of its causes, without a stack trace. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause ? `${error.message} (because ${sentenceOf(error.cause)})` : error.message
}
