/** The short form of `npm run prove:hostile`: bent payloads of every family through the whole of ingest. */
import { expect, test } from 'vitest'
import { proveHostile } from '../bench/prove-hostile.ts'

test('thirty thousand bent messages of all families: none throws, all are counted, nothing kept rings', { timeout: 60_000 }, async () => {
  expect(await proveHostile(30_000, 20_261_125)).toMatchObject({
    rejected: 0,
    decodersThrew: 0,
    uncounted: 0,
    rungFromKept: 0,
    isProven: true,
  })
})
