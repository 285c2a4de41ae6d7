/** The elder is answered: with real devices on a real broker, and what is not acknowledged survives the device's absence and our own. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Alarm, AlarmFact, Fact } from '../domain/alarm.ts'
import type { KeptReplies, Reply } from '../domain/message.ts'
import { days, instant, milliseconds, seconds } from '../domain/time.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import { openKeptReplies } from '../store/sqlite/replies.ts'
import { needsOf, temporaryFolder } from '../store/sqlite/world.contract.ts'
import { openVirtualClock } from '../test/virtual-clock.ts'
import { afterwards, client, closeAll, openHouse, until } from './house.contract.ts'
import { sayOf } from './replies.ts'
import { openReplyPost } from './reply-post.ts'
import { openSirens } from './sirens.ts'

afterEach(closeAll)

const clockAt = () => openVirtualClock()

/** An alarm of terminal01, as facts see it. */
const alarm = (id: string, changes: Partial<Alarm> = {}): Alarm =>
  ({
    id,
    kind: 'sos',
    reason: 'button',
    causes: [{ id: `${id}-press`, deviceId: 'terminal01' }],
    notes: [],
    detail: {},
    state: 'raised',
    ...changes,
  }) as unknown as Alarm
const fact = (kind: AlarmFact['kind'], of: Alarm, at = 1): Fact => ({
  kind,
  subjectId: 'r',
  siteId: 's',
  at: instant(Date.UTC(2026, 6, 1, 12) + at),
  alarm: of,
})

/** Facts as a store would hand them out. */
function openFacts() {
  const facts: { seq: number; fact: Fact }[] = []
  return {
    add(...more: Fact[]) {
      const placed = more.map((each, n) => ({ seq: facts.length + 1 + n, fact: each }))
      for (const each of placed) facts.push(each)
      return placed
    },
    since: async (seq: number, limit: number) => facts.filter((each) => each.seq > seq).slice(0, limit),
    last: async () => facts.length,
  }
}

async function openWorld() {
  const dataDir = await temporaryFolder()
  const clock = clockAt()
  const facts = openFacts()
  const complaints: string[] = []
  let database = openDatabase(needsOf(dataDir))
  afterwards(() => database.close())
  const log = (_level: string, message: string) => void complaints.push(message)
  const open = (store: KeptReplies = openKeptReplies(database)) => openReplyPost({ store, facts, clock, log })
  return {
    clock,
    facts,
    complaints,
    open,
    kept: () => openKeptReplies(database).kept(),
    /** The process is gone without a word, and comes back. */
    async crash() {
      database.close()
      database = openDatabase(needsOf(dataDir))
      return open()
    },
  }
}

/** A terminal that listens, and what it heard. `deaf` acknowledges nothing. */
async function terminal(house: Awaited<ReturnType<typeof openHouse>>, id = 'terminal01') {
  const heard: Reply[] = []
  const device = await client(house, id)
  device.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString())))
  await device.subscribeAsync(`care/${id}/reply`, { qos: 1 })
  return { heard, kinds: () => heard.map(({ kind }) => kind), end: () => device.endAsync() }
}

type Post = Awaited<ReturnType<typeof openReplyPost>>

/** A broker whose replies come from whatever post is there now. */
async function openHouseOf(first: Post) {
  let post = first
  const house = await openHouse({ onListening: (deviceId) => post.listening(deviceId) })
  house.device('terminal01')
  house.device('siren0001')
  const join = (next: Post) => {
    post = next
    next.connect(house.broker.send)
  }
  join(first)
  return { house, join }
}

describe('a terminal that listens', () => {
  test('hears each news once, and nothing is kept when it has acknowledged', async () => {
    const world = await openWorld()
    const post = await world.open()
    const { house } = await openHouseOf(post)
    const { heard, kinds } = await terminal(house)
    const raised = alarm('a')
    const coming = alarm('a', { notes: [{ at: instant(3), by: '王护士', action: 'on-my-way', text: '', coming: { minutes: 8 } }] })
    post.tell(world.facts.add(fact('alarm-raised', raised), fact('alarm-acknowledged', raised, 2)))
    post.tell(world.facts.add(fact('alarm-noted', coming, 3), fact('alarm-resolved', coming, 4)))
    await until(() => heard.length === 4)
    expect(kinds()).toEqual(['recorded', 'seen', 'coming', 'over'])
    expect(heard[2]).toMatchObject({ who: '王护士', minutes: 8, say: { zh: '王护士正在赶来，大约 8 分钟到。' } })
    await until(() => post.waiting() === 0)
    await world.clock.advance(seconds(1))
    expect(await world.kept()).toEqual([])
  })

  test('a known fact is not told twice', async () => {
    const world = await openWorld()
    const post = await world.open()
    const { house } = await openHouseOf(post)
    const { heard } = await terminal(house)
    const placed = world.facts.add(fact('alarm-raised', alarm('a')))
    post.tell(placed)
    post.tell(placed)
    await until(() => post.waiting() === 0)
    expect(heard).toHaveLength(1)
  })
})

describe('a terminal that was away', () => {
  test('hears on its return the newest news of each alarm, in order', async () => {
    const world = await openWorld()
    const post = await world.open()
    const { house } = await openHouseOf(post)
    post.tell(
      world.facts.add(fact('alarm-raised', alarm('a')), fact('alarm-raised', alarm('b'), 2), fact('alarm-acknowledged', alarm('a'), 3)),
    )
    await world.clock.advance(seconds(2))
    const { heard } = await terminal(house)
    await until(() => heard.length === 2)
    expect(heard.map(({ kind, alarmId }) => `${alarmId} ${kind}`)).toEqual(['b recorded', 'a seen'])
    await until(() => post.waiting() === 0)
    await world.clock.advance(seconds(1))
    expect(await world.kept()).toEqual([])
  })

  test('hears it also when this process died meanwhile: written down or not yet', async () => {
    for (const wait of [0, 2_000]) {
      const world = await openWorld()
      const post = await world.open()
      const { house, join } = await openHouseOf(post)
      await world.clock.advance(seconds(1))
      post.tell(world.facts.add(fact('alarm-raised', alarm('a'), 5)))
      await world.clock.advance(milliseconds(wait))
      join(await world.crash())
      const { heard } = await terminal(house)
      await until(() => heard.some(({ alarmId }) => alarmId === 'a'))
    }
  })

  test('what it says it has shown is not told again', async () => {
    const world = await openWorld()
    const post = await world.open()
    post.tell(world.facts.add(fact('alarm-raised', alarm('a'))))
    await world.clock.advance(seconds(2))
    expect(await world.kept()).toHaveLength(1)
    const say = (deviceId: string, payload: string) => post.heard({ topic: `care/${deviceId}/reply-seen`, payload: Buffer.from(payload) })
    say('terminal02', '{"id":"a-press:recorded"}')
    say('terminal01', 'nonsense')
    say('terminal01', '{"id":"another"}')
    expect(post.waiting()).toBe(1)
    say('terminal01', '{"id":"a-press:recorded"}')
    await world.clock.advance(seconds(1))
    expect(await world.kept()).toEqual([])
    expect(post.waiting()).toBe(0)
  })

  test('newer news takes the place of older news also on the disk, however soon it is acknowledged', async () => {
    const world = await openWorld()
    const post = await world.open()
    post.tell(world.facts.add(fact('alarm-raised', alarm('a'))))
    await world.clock.advance(seconds(2))
    post.tell(world.facts.add(fact('alarm-acknowledged', alarm('a'), 9)))
    post.seen('terminal01', `a:seen:terminal01:${Date.UTC(2026, 6, 1, 12) + 9}`)
    await world.clock.advance(seconds(1))
    expect(await world.kept()).toEqual([])
  })

  test('is kept the newest twenty, and none for more than a week', async () => {
    const world = await openWorld()
    const post = await world.open()
    for (let n = 0; n < 25; n += 1) post.tell(world.facts.add(fact('alarm-raised', alarm(`a${n}`), n)))
    await world.clock.advance(seconds(1))
    expect((await world.kept()).map(({ alarmId }) => alarmId)).toEqual(Array.from({ length: 20 }, (_, n) => `a${n + 5}`))
    await world.clock.stall(days(8))
    await world.clock.advance(seconds(2))
    expect(post.waiting()).toBe(0)
    expect(await world.kept()).toEqual([])
  })
})

test('a disk that is full is complained about, and what is owed is written down later', async () => {
  const world = await openWorld()
  let full = true
  const written: number[] = []
  const post = await world.open({
    kept: async () => [],
    cursor: async () => 0,
    keep: async ({ put }) => {
      if (full) throw new Error('disk full')
      written.push(put.length)
    },
  })
  post.tell(world.facts.add(fact('alarm-raised', alarm('a'))))
  await world.clock.advance(seconds(2))
  expect(world.complaints[0]).toContain('disk full')
  full = false
  await world.clock.advance(seconds(1))
  expect(written).toEqual([1])
})

describe('a siren', () => {
  const order = { id: 'n1', deviceId: 'siren0001', alarmId: 'a', lasts: seconds(90) }

  test('has its order when it acknowledged, is hushed when somebody has the alarm, and is not rung when it comes back later', async () => {
    const world = await openWorld()
    const post = await world.open()
    const { house } = await openHouseOf(post)
    const sirens = openSirens({ post, clock: world.clock })
    const patient = new AbortController().signal
    expect(await sirens.ring(order, patient)).toBe(false)
    const { heard, kinds } = await terminal(house, 'siren0001')
    expect(await sirens.ring(order, patient)).toBe(true)
    sirens.tell([{ fact: fact('alarm-escalated', alarm('a')) }])
    sirens.tell([{ fact: fact('alarm-acknowledged', alarm('a')) }])
    await until(() => heard.length === 2)
    expect(kinds()).toEqual(['ring', 'hush'])
    expect(heard[0]).toMatchObject({ seconds: 90, alarmId: 'a' })
    expect(heard[0]).not.toHaveProperty('say')
  })

  test('an order that nobody acknowledges ends when it is called off', async () => {
    const world = await openWorld()
    const post = await world.open()
    const sirens = openSirens({
      post: { ...post, order: (_reply, signal) => new Promise((done) => signal.addEventListener('abort', () => done(false))) },
      clock: world.clock,
    })
    const abort = new AbortController()
    const rung = sirens.ring(order, abort.signal)
    abort.abort()
    expect(await rung).toBe(false)
  })
})

test('the words say who and when only as far as somebody said so', () => {
  const coming = { id: 'x', deviceId: 'd', kind: 'coming', alarmId: 'a', at: instant(1) } as const
  expect(sayOf(coming)?.zh).toBe('有人正在赶来。')
  expect(sayOf({ ...coming, who: '李叔', minutes: 5 })).toEqual({
    zh: '李叔正在赶来，大约 5 分钟到。',
    en: '李叔 is coming, in about 5 minutes.',
  })
})
