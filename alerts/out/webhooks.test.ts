/** Webhooks to platforms above, with real stores and real receivers: each event once it was taken, in the order of its alarm, naming nobody. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openLocalBus } from '../../bus/bus.ts'
import { pressOf, shiftedClock, siteRows } from '../../dashboard/server/world.contract.ts'
import { systemClock } from '../../domain/clock.ts'
import { hours, instant } from '../../domain/time.ts'
import { type Webhook, webhookKinds } from '../../domain/webhooks.ts'
import { openCareStore } from '../../store/sqlite/care.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { openWebhookQueue } from '../../store/sqlite/webhook-queue.ts'
import { openWebhooks } from '../../store/sqlite/webhooks.ts'
import type { StoredDay } from '../../store/store.ts'
import { openReceiver, type Receiver, status } from '../channels/webhook.fixture.ts'
import { keysOf, signatureOf } from '../channels/webhook.ts'
import { openDesk } from '../desk.ts'
import { startWebhooks } from './webhooks.ts'

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
const line = { at: instant(1), userId: 'u', action: 'x', subjectId: 'y', detail: '' }

async function open({ days = [] as readonly StoredDay[] } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-webhooks-'))
  const clock = shiftedClock()
  const database = openDatabase({ dataDir, clock: systemClock, ballastBytes: 4_096, onTrouble() {}, onFatal() {} })
  const [store, directory] = [openCareStore(database), openDirectory(database)]
  for (const site of ['a', 'b']) await directory.put(siteRows(site, 2))
  const bus = openLocalBus(() => {})
  const desk = openDesk({ store, directory, bus, clock, log: () => {}, onBroken() {} })
  const [webhooks, queue] = [openWebhooks(database), openWebhookQueue(database)]
  const history = {
    days: async ({ resident, from }: { resident: number; from: string }) =>
      days.filter((each) => each.resident === resident && each.day === from),
  }
  const outside = { allowPrivate: true, clock }
  const needs = {
    webhooks,
    queue,
    store,
    directory,
    history,
    bus,
    clock,
    log: () => {},
    outside,
    source: 'urn:anling',
    pepper: new Uint8Array(32),
  }
  let running = await startWebhooks(needs)
  onTestFinished(async () => {
    await running.stop()
    await desk.idle()
    await store.close()
    database.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  return {
    ...{ clock, desk, webhooks, queue },
    out: () => running,
    async restart(): Promise<void> {
      await running.stop()
      running = await startWebhooks(needs)
    },
    press: (residentId: string, pressId: string) => desk.handle({ ...pressOf(residentId, pressId), at: clock.now() }),
    async add(receiver: Receiver, more: Partial<Webhook> = {}): Promise<Webhook> {
      const known = {
        id: `w-${receiver.port}`,
        name: '一网统管',
        url: receiver.url,
        secret,
        siteIds: 'all',
        kinds: webhookKinds,
        enabled: true,
      } as const
      const webhook: Webhook = { ...known, madeAt: clock.now(), ...more }
      await webhooks.put(webhook)
      return webhook
    },
  }
}

async function receiverOf(): Promise<Receiver> {
  const receiver = await openReceiver()
  onTestFinished(receiver.close)
  return receiver
}

const bodies = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body))
const types = (receiver: Receiver) => bodies(receiver).map(({ type }) => type)
const waitFor = (isSo: () => boolean | Promise<boolean>) => vi.waitUntil(isSo, { timeout: 30_000, interval: 10 })

describe('webhooks to platforms above', () => {
  test('an alarm is told from the press to its end, signed, and nobody is named', async () => {
    const { desk, clock, press, add } = await open()
    const receiver = await receiverOf()
    await add(receiver)
    const { facts } = await press('res-a-1', 'one')
    const alarm = facts[0]?.fact.kind === 'alarm-raised' ? facts[0].fact.alarm : null
    const about = { subjectId: 'res-a-1', siteId: 'a', alarmId: alarm?.id ?? '', by: '坐席甲' }
    await desk.handle({ kind: 'acknowledge-asked', at: clock.now(), ...about })
    await desk.handle({ kind: 'resolve-asked', at: clock.now(), ...about, outcome: 'help-given', text: '张医生' })
    await waitFor(() => receiver.received.length === 3)
    expect(types(receiver)).toEqual(['anling.alarm-raised', 'anling.alarm-acknowledged', 'anling.alarm-resolved'])
    const [first, , last] = bodies(receiver)
    expect(first).toMatchObject({ specversion: '1.0', source: 'urn:anling', subject: alarm?.id, datacontenttype: 'application/json' })
    expect(first.data).toMatchObject({
      kind: 'sos',
      reason: 'button',
      priority: 1,
      siteId: 'a',
      scaip: { deviceType: '0003', statusCode: '0010' },
    })
    expect(last.data).toMatchObject({ state: 'resolved', outcome: 'help-given' })
    const texts = receiver.received.map(({ body }) => body).join()
    for (const personal of ['王秀英', 'res-a-1', 'home-a-1', 'btn-a-1', '坐席甲', '张医生', 'address'])
      expect(texts).not.toContain(personal)
    for (const { headers, body } of receiver.received) {
      const message = { id: String(headers['webhook-id']), timestamp: Number(headers['webhook-timestamp']), body }
      expect(headers['webhook-signature']).toBe(signatureOf(keysOf(secret), message))
      expect(headers['content-type']).toContain('application/cloudevents+json')
    }
  })

  test('one elder is the same stranger to one receiver, and another to every other', async () => {
    const { press, add } = await open()
    const [one, other] = [await receiverOf(), await receiverOf()]
    await add(one)
    await add(other)
    for (const resident of ['res-a-1', 'res-a-1', 'res-b-1']) await press(resident, `press-${Math.random()}`)
    await waitFor(() => one.received.length === 3 && other.received.length === 3)
    const names = (receiver: Receiver) => bodies(receiver).map(({ data }) => data.resident)
    expect(new Set(names(one)).size).toBe(2)
    expect(names(one).filter((name) => names(other).includes(name))).toEqual([])
  })

  test('a receiver that is away gets everything later, each alarm in its order, also after a restart; the others wait for nobody', async () => {
    const { clock, out, press, add, restart, webhooks, queue } = await open()
    const [away, here] = [await receiverOf(), await receiverOf()]
    away.answerWith(status(503))
    const { id } = await add(away)
    await add(here)
    for (const n of [1, 2, 3]) await press('res-a-1', `a${n}`)
    await press('res-a-2', 'b1')
    await waitFor(() => here.received.length === 4 && away.received.length >= 1)
    await restart()
    await press('res-a-2', 'b2')
    away.received.length = 0
    away.answerWith(status(204))
    clock.shift(hours(1))
    await out().run()
    await waitFor(async () => (await queue.counts(id)).owed === 0)
    const inOrder = bodies(away).filter(({ data }) => data.presses !== undefined)
    for (const subject of new Set(inOrder.map((event) => event.subject))) {
      const presses = inOrder.filter((event) => event.subject === subject).map(({ data }) => data.presses)
      expect(presses).toEqual([...presses].sort((a, b) => a - b))
    }
    expect(new Set(away.received.map(({ headers }) => headers['webhook-id'])).size).toBe(5)
    expect((await webhooks.deliveries(id, 100)).some(({ outcome, status: code }) => outcome === 'retry' && code === 503)).toBe(true)
  })

  test('what a receiver refuses is tried a few times more, given up, kept, and sent again by hand; other alarms go on', async () => {
    const { clock, out, press, add, queue } = await open()
    const receiver = await receiverOf()
    const { id } = await add(receiver)
    let poison = ''
    receiver.answerWith((request, response) => {
      const { subject } = JSON.parse(request.body)
      poison ||= subject
      status(subject === poison ? 400 : 204)(request, response)
    })
    await press('res-a-1', 'bad')
    await waitFor(() => receiver.received.length === 1)
    await press('res-a-2', 'good')
    await waitFor(() => bodies(receiver).some(({ subject }) => subject !== poison))
    for (let tries = 2; tries <= 6; tries += 1) {
      // That it was refused is written down by then: the next try is counted from that moment.
      await out().run()
      clock.shift(hours(3))
      await out().run()
      await waitFor(() => bodies(receiver).filter(({ subject }) => subject === poison).length === tries)
    }
    await waitFor(async () => (await queue.counts(id)).dead === 1)
    const [given] = await queue.dead(id, 10)
    poison = 'nothing any more'
    expect(await queue.again(id, given?.eventId ?? '', line)).toBe(true)
    await out().run()
    await waitFor(async () => (await queue.counts(id)).owed === 0)
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(given?.eventId)
    expect(await queue.again(id, given?.eventId ?? '', line)).toBe(false)
  })

  test('only what was asked for: kinds, sites, not what was before it, not while it is off', async () => {
    const { press, add, out, webhooks } = await open()
    const receiver = await receiverOf()
    await press('res-a-1', 'before')
    await out().run()
    const webhook = await add(receiver, { siteIds: ['a'], kinds: ['alarm-raised'] })
    await press('res-b-1', 'elsewhere')
    await press('res-a-1', 'again')
    await webhooks.put({ ...webhook, enabled: false })
    await out().run()
    await press('res-a-2', 'while it is off')
    await out().run()
    await webhooks.put(webhook)
    await out().run()
    await press('res-a-2', 'a repeated one')
    await out().run()
    expect(receiver.received).toEqual([])
  })

  test('an address goes out only under an agreement that was written down, and not once it ended', async () => {
    const { press, add, queue, clock, out } = await open()
    const receiver = await receiverOf()
    const { id } = await add(receiver, { kinds: ['alarm-raised'] })
    await queue.putAgreement({ webhookId: id, text: '与区城运中心协议 2026-11', by: '管理员', at: clock.now() }, line)
    await press('res-a-1', 'one')
    await waitFor(() => receiver.received.length === 1)
    expect(bodies(receiver)[0].data.address).toEqual({ address: 'SECRET-A', building: '3', unit: '2', door: 'a-1' })
    receiver.answerWith(status(503))
    await press('res-a-2', 'two')
    await waitFor(() => receiver.received.length === 2)
    await out().run()
    await queue.removeAgreement(id, line)
    receiver.answerWith(status(204))
    clock.shift(hours(1))
    await out().run()
    await waitFor(() => receiver.received.length === 3)
    expect(bodies(receiver)[2].data.address).toBeUndefined()
  })

  test('a day is told once for each site, by pseudonyms', async () => {
    const facts = { heardHours: 24, asleepAt: null, wokeAt: instant(1_800_000_000_000), firstUpAt: null, nightBathroomVisits: 2 }
    const all = Array.from({ length: 40 }, (_, back) => ({
      ...{ resident: 1, ...facts, activeMinutes: 210, outMinutes: null },
      day: new Date(systemClock.now() + (5 - back) * 86_400_000).toISOString().slice(0, 10),
    }))
    const { clock, out, add, queue } = await open({ days: all })
    const receiver = await receiverOf()
    // Noon in Shanghai.
    clock.shift(86_400_000 - ((systemClock.now() + 20 * 3_600_000) % 86_400_000))
    const { id } = await add(receiver, { kinds: ['daily-facts'] })
    expect(await out().days.run()).toBe(0)
    clock.shift(hours(30))
    expect(await out().days.run()).toBe(1)
    expect(await out().days.run()).toBe(0)
    await waitFor(async () => (await queue.counts(id)).owed === 0 && receiver.received.length === 1)
    const [event] = bodies(receiver)
    expect(event).toMatchObject({
      type: 'anling.daily-facts',
      data: { siteId: 'a', residents: [{ activeMinutes: 210, nightBathroomVisits: 2 }] },
    })
    expect(JSON.stringify(event)).not.toContain('res-a-1')
  })
})
