/** What every channel promises. Each one runs this suite; a channel that passes may be named in a plan. */
import { beforeEach, describe, expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import type { Channel, Letter } from './channel.ts'

/** A channel and the other end of it. */
export type ChannelWorld = {
  channel: Channel
  /** Everything that arrived at the other end, as text. */
  arrived(): readonly string[]
  /** From now on the other end fails; after `mend` it works again. */
  fail(): void
  mend(): void
  discard(): Promise<void>
}

export const exampleLetter = (id = 'sos-1/0/1/0'): Letter => ({
  id,
  alarmId: 'sos-1',
  subjectId: 'resident-17',
  siteId: 'site-1',
  kind: 'sos',
  reason: 'button',
  priority: 1,
  state: 'raised',
  presses: 1,
  raisedAt: instant(1_760_000_000_000),
  dueAt: instant(1_760_000_000_000),
  attempt: 1,
  recipient: { contactId: 'contact-3', label: 'Anna Example, 12 Garden Road', channel: 'any' },
})

const patient = () => new AbortController().signal

export function channelContract(name: string, open: () => Promise<ChannelWorld>): void {
  describe(`${name} keeps the promises of a channel`, () => {
    const given = {} as { world: ChannelWorld }
    beforeEach(async () => {
      const world = await open()
      given.world = world
      return () => world.discard()
    })

    test('delivered means that it arrived, once', async () => {
      const { channel, arrived } = given.world
      expect(await channel.send(exampleLetter(), patient())).toEqual({ outcome: 'delivered', why: '' })
      expect(arrived()).toHaveLength(1)
      expect(arrived()[0]).toContain('sos-1')
      expect(arrived()[0]).toContain('contact-3')
    })

    test('what fails may be tried again, and then arrives', async () => {
      const { channel, arrived, fail, mend } = given.world
      fail()
      const failed = await channel.send(exampleLetter(), patient())
      expect(failed.outcome).toBe('retry')
      expect(failed.why).not.toBe('')
      expect(arrived()).toEqual([])
      mend()
      expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'delivered' })
    })

    test('a call that was called off is not made, and is not a failure that anybody must handle', async () => {
      const { channel, arrived } = given.world
      expect(await channel.send(exampleLetter(), AbortSignal.abort())).toMatchObject({ outcome: 'retry' })
      expect(arrived()).toEqual([])
    })

    test('many at once all arrive', async () => {
      const { channel, arrived } = given.world
      const ids = Array.from({ length: 20 }, (_, n) => `sos-${n}/0/1/0`)
      const sent = await Promise.all(ids.map((id) => channel.send({ ...exampleLetter(id), alarmId: id }, patient())))
      expect(sent.every(({ outcome }) => outcome === 'delivered')).toBe(true)
      expect(ids.filter((id) => !arrived().some((text) => text.includes(id)))).toEqual([])
    })

    test('a name or an address never leaves with it', async () => {
      const { channel, arrived } = given.world
      await channel.send(exampleLetter(), patient())
      expect(arrived().join()).not.toMatch(/Anna|Garden/)
    })
  })
}
