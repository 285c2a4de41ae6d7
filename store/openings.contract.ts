/** What contract suites share: whatever a test opened is ended when the test is over. */
import { afterEach } from 'vitest'

/** `open`, remembering what it opened. To be called inside the `describe` it is for. */
export function endedAfterEach<T extends { end(): Promise<void> }>(open: () => Promise<T>): () => Promise<T> {
  const opened: T[] = []
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.end()
  })
  return async () => {
    const each = await open()
    opened.push(each)
    return each
  }
}
