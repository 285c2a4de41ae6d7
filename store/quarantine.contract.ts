/** What every Quarantine promises: kept to be looked at, newest first, bounded, and counted for ever. */
import { afterEach, describe, expect, test } from 'vitest'
import { instant } from '../domain/time.ts'
import type { Quarantine, QuarantineEntry } from './store.ts'

export type QuarantineUnderTest = {
  quarantine: Quarantine
  reopen(): Promise<Quarantine>
  end(): Promise<void>
  /** Most entries this one keeps. */
  entriesMax: number
  /** Most bytes of a payload this one keeps. */
  payloadBytesMax: number
}

const entry = (more: Partial<QuarantineEntry> = {}): QuarantineEntry => ({
  at: instant(1_790_000_000_000),
  senderId: 'terminal-1',
  topic: 'care/terminal-1/heartbeat',
  reason: 'undecodable',
  why: 'not JSON',
  payload: new Uint8Array([123, 0, 255]),
  ...more,
})

export function quarantineContract(name: string, open: () => Promise<QuarantineUnderTest>): void {
  describe(`quarantine: ${name}`, () => {
    const opened: QuarantineUnderTest[] = []
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.end()
    })
    async function begin(): Promise<QuarantineUnderTest> {
      const each = await open()
      opened.push(each)
      return each
    }

    test('an entry comes back byte for byte, newest first, after a restart', async () => {
      const { quarantine, reopen } = await begin()
      const strange = entry({ topic: "'; drop table quarantine; --\u0000安铃", reason: 'unknown-topic', payload: new Uint8Array() })
      await quarantine.put(entry())
      await quarantine.put(strange)
      const list = await (await reopen()).list(10)
      expect(list.map(({ id: _, ...rest }) => rest)).toStrictEqual([strange, entry()])
      expect(list[0]?.id).toBeGreaterThan(list[1]?.id ?? 0)
    })

    test('only the newest are kept, all are counted, by reason, for ever', async () => {
      const { quarantine, reopen, entriesMax } = await begin()
      const flood = Array.from({ length: entriesMax + 250 }, (_, i) => quarantine.put(entry({ senderId: `sender-${i}` })))
      await Promise.all([...flood, quarantine.put(entry({ reason: 'too-large' }))])
      const again = await reopen()
      const list = await again.list(entriesMax * 2)
      expect(list).toHaveLength(entriesMax)
      expect(list[0]?.reason).toBe('too-large')
      expect(list.at(-1)?.senderId).toBe('sender-251')
      expect(await again.counts()).toStrictEqual({
        'unknown-device': 0,
        'unknown-topic': 0,
        undecodable: entriesMax + 250,
        retained: 0,
        will: 0,
        'too-large': 1,
      })
      expect(await again.list(3)).toHaveLength(3)
    })

    test('a long payload is cut, and a payload changed afterwards is not', async () => {
      const { quarantine, payloadBytesMax } = await begin()
      const payload = new Uint8Array(payloadBytesMax * 3).fill(7)
      const put = quarantine.put(entry({ payload, topic: 'x'.repeat(100_000), why: 'y'.repeat(100_000) }))
      payload.fill(0)
      await put
      const [kept] = await quarantine.list(1)
      expect(kept?.payload).toStrictEqual(new Uint8Array(payloadBytesMax).fill(7))
      expect((kept?.topic.length ?? 0) + (kept?.why.length ?? 0)).toBeLessThan(4_096)
    })
  })
}
