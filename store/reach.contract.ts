/** What every ReachStore promises: wishes, browsers and receipts come back, and nothing dead is forgotten to be dead. */
import { beforeEach, describe, expect, test } from 'vitest'
import { type PushSubscription, usualReach } from '../domain/reach.ts'
import { after, instant, minutes, seconds } from '../domain/time.ts'
import type { ReachStore } from './store.ts'

/** One empty store; `reopen` opens what is left after a restart; `discard` closes what is open and cleans up. */
export type ReachWorld = { reach: ReachStore; reopen(): Promise<ReachStore>; discard(): Promise<void> }
type Given = { reach: ReachStore; world: ReachWorld }

/** Runs the suite on stores made by `open`, one for each test. */
export function reachContract(name: string, open: () => Promise<ReachWorld>): void {
  describe(`${name} keeps the promises of a ReachStore`, () => {
    const given = {} as Given
    beforeEach(async () => {
      given.world = await open()
      given.reach = given.world.reach
      return () => given.world.discard()
    })
    wishesComeBack(given)
    browsersLiveAndDie(given)
    receiptsFindTheirCall(given)
  })
}

const now = instant(1_760_000_000_000)
const browser = (id: string, changes: Partial<PushSubscription> = {}): PushSubscription => ({
  ...{ id, personId: 'anna', endpoint: `https://push.example.org/${id}`, p256dh: 'key', auth: 'auth', label: 'phone' },
  ...{ madeAt: now, deadAt: null, usedAt: null },
  ...changes,
})

function wishesComeBack(given: Given) {
  test('what a person said comes back, also after a restart, and goes when it is taken away', async () => {
    const said = { ...usualReach('anna'), email: 'anna@example.org', night: ['voice-aliyun'], quiet: { from: 1_320, until: 420 } }
    expect(await given.reach.reach('anna')).toBeNull()
    await given.reach.putReach(usualReach('anna'))
    await given.reach.putReach(said)
    const again = await given.world.reopen()
    expect(await again.reach('anna')).toEqual(said)
    expect(await again.reach('ben')).toBeNull()
    await again.putSubscription(browser('b'))
    await again.removeReach('anna')
    expect(await again.reach('anna')).toBeNull()
    expect(await again.subscriptionsOf('anna')).toEqual([])
  })
}

function browsersLiveAndDie(given: Given) {
  test('a browser is alive until it is buried, stays dead after a restart, and lives again when it asks again', async () => {
    const { reach } = given
    await reach.putSubscription(browser('a'))
    await reach.used('a', after(now, seconds(5)))
    await reach.buried('a', after(now, minutes(1)))
    await reach.buried('a', after(now, minutes(2)))
    const again = await given.world.reopen()
    const dead = browser('a', { usedAt: after(now, seconds(5)), deadAt: after(now, minutes(1)) })
    expect(await again.subscriptionsOf('anna')).toEqual([dead])
    await again.putSubscription(browser('a', { madeAt: after(now, minutes(9)) }))
    expect(await again.subscriptionsOf('anna')).toMatchObject([{ id: 'a', deadAt: null }])
  })

  test('a telephone handed on belongs to whoever asks now', async () => {
    await given.reach.putSubscription(browser('a'))
    await given.reach.putSubscription(browser('a', { personId: 'ben' }))
    expect(await given.reach.subscriptionsOf('anna')).toEqual([])
    expect(await given.reach.subscriptionsOf('ben')).toHaveLength(1)
    expect(await given.reach.removeSubscription('anna', 'a')).toBe(false)
    expect(await given.reach.removeSubscription('ben', 'a')).toBe(true)
  })

  test('a person keeps the ten browsers used last, and dead ones give way first', async () => {
    for (let n = 0; n < 10; n += 1) await given.reach.putSubscription(browser(`b${n}`, { madeAt: after(now, seconds(n)) }))
    await given.reach.buried('b9', after(now, minutes(1)))
    await given.reach.putSubscription(browser('new', { madeAt: after(now, minutes(2)) }))
    const ids = (await given.reach.subscriptionsOf('anna')).map(({ id }) => id)
    expect(ids).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'new'])
  })
}

function receiptsFindTheirCall(given: Given) {
  const sent = { channel: 'sms-twilio', reference: 'SM1', noticeId: 'n1', at: now }
  const receipt = { channel: 'sms-twilio', reference: 'SM1', code: '', at: after(now, seconds(4)) }

  test('a receipt finds its call, and the last word stays the last', async () => {
    const { reach } = given
    await reach.recordSent(sent)
    await reach.recordSent(sent)
    expect(await reach.recordReceipts([{ ...receipt, state: 'under-way' }])).toEqual(['n1'])
    expect(await reach.recordReceipts([{ ...receipt, state: 'failed', code: '30003' }])).toEqual(['n1'])
    expect(await reach.recordReceipts([{ ...receipt, state: 'under-way' }])).toEqual(['n1'])
    expect(await reach.receiptsOf(['n1', 'n2'])).toEqual([{ ...sent, at: receipt.at, sentAt: now, state: 'failed', code: '30003' }])
  })

  test('a receipt that is quicker than our own note is kept for it', async () => {
    const { reach } = given
    expect(await reach.recordReceipts([{ ...receipt, state: 'reached' }])).toEqual([null])
    await reach.recordSent(sent)
    expect(await reach.receiptsOf(['n1'])).toMatchObject([{ state: 'reached' }])
  })

  test('calls that no provider has spoken the last word on are listed, the oldest first', async () => {
    const { reach } = given
    await reach.recordSent({ ...sent, reference: 'SM2', at: after(now, seconds(1)) })
    await reach.recordSent(sent)
    await reach.recordSent({ ...sent, reference: 'SM3', at: after(now, minutes(5)) })
    await reach.recordSent({ ...sent, channel: 'voice-twilio', at: now })
    await reach.recordReceipts([{ ...receipt, channel: 'voice-twilio', state: 'reached' }])
    await reach.recordReceipts([{ ...receipt, state: 'under-way' }])
    const open = await reach.unconfirmed({ from: now, to: after(now, minutes(5)), limit: 10 })
    expect(open.map(({ reference, state }) => [reference, state])).toEqual([
      ['SM1', 'under-way'],
      ['SM2', null],
    ])
  })
}
