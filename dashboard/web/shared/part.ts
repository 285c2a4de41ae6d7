/** A part of the page that is fetched when it is needed. */

/** Null when it could not be fetched; then the page is as it was. A `.then` written behind `import()` itself is moved by Vite to where its second half hears of no failed style. */
export async function part<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load()
  } catch {
    return null
  }
}
