/** What every channel promises. Each one runs this suite; a channel that passes may be named in a plan. */
import { beforeEach, describe, expect, test } from 'vitest'
import { instant, milliseconds, type Span } from '../../domain/time.ts'
import type { Channel, Letter, Sent } from './channel.ts'

/** A channel and the other end of it. */
export type ChannelWorld = {
  channel: Channel
  /** Everything that arrived at the other end, as text; where an address stands for a person, with that person's id. */
  arrived(): readonly string[]
  /** It reaches a group or a place, and names nobody. */
  group?: true
  /** What is said is meant for an ear: it holds no ids. */
  spoken?: true
  /** Lets time pass, for a channel that holds letters back over its limits. */
  wait?(span: Span): Promise<void>
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
      expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'delivered', why: '' })
      expect(arrived()).toHaveLength(1)
      if (!given.world.spoken) expect(arrived()[0]).toContain('sos-1')
      if (!given.world.group) expect(arrived()[0]).toContain('contact-3')
    })

    test('what fails may be tried again, and then arrives', async () => {
      const { channel, arrived, fail, mend } = given.world
      fail()
      const failed = await channel.send(exampleLetter(), patient())
      expect(failed.outcome).toBe('retry')
      expect(failed.why).not.toBe('')
      expect(arrived()).toEqual([])
      mend()
      await given.world.wait?.(milliseconds(('retryAfter' in failed && failed.retryAfter) || 0))
      expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'delivered' })
    })

    test('a call that was called off is not made, and is not a failure that anybody must handle', async () => {
      const { channel, arrived } = given.world
      expect(await channel.send(exampleLetter(), AbortSignal.abort())).toMatchObject({ outcome: 'retry' })
      expect(arrived()).toEqual([])
    })

    test('many at once all arrive, those over a limit when they are sent again', async () => {
      const { arrived } = given.world
      const ids = Array.from({ length: 20 }, (_, n) => `sos-${n}/0/1/0`)
      const sent = await sendAll(
        given.world,
        ids.map((id, n) => ({ ...exampleLetter(id), alarmId: id, recipient: { contactId: `contact-${n}`, label: '', channel: 'any' } })),
      )
      expect(sent.filter(({ outcome }) => outcome !== 'delivered')).toEqual([])
      expect(arrived()).toHaveLength(ids.length)
      if (!given.world.spoken) expect(ids.filter((id) => !arrived().some((text) => text.includes(id)))).toEqual([])
    })

    test('a name or an address never leaves with it', async () => {
      const { channel, arrived } = given.world
      await channel.send(exampleLetter(), patient())
      expect(arrived().join()).not.toMatch(/Anna|Garden/)
    })
  })
}

/** All at once; those that our own limits held back again, when their time has come. */
async function sendAll({ channel, wait }: ChannelWorld, letters: readonly Letter[]): Promise<readonly Sent[]> {
  const ends: Sent[] = []
  let waiting = letters
  for (let round = 0; round < 50 && waiting.length > 0; round += 1) {
    const sent = await Promise.all(waiting.map((letter) => channel.send(letter, patient())))
    const held = sent.map((each) => each.outcome === 'retry' && each.held === true)
    ends.push(...sent.filter((_, n) => !held[n]))
    waiting = waiting.filter((_, n) => held[n])
    await wait?.(milliseconds(Math.max(0, ...sent.map((each) => ('retryAfter' in each && each.retryAfter) || 0))))
  }
  return ends
}
