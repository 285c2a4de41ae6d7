/** InfluxQL text from values: every name and text is quoted here and nowhere else. Pure. */

/** A name: database, retention policy, measurement. */
export const quoteName = (name: string): string => `"${escaped(name).replaceAll('"', '\\"')}"`
/** A text to compare with. */
export const quoteText = (text: string): string => `'${escaped(text).replaceAll("'", "\\'")}'`
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

/** A moment in milliseconds. */
export const quoteMoment = (at: number): string => `${Math.trunc(at)}ms`
