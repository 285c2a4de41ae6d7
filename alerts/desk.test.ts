/** The desk: durable before told, in order, and nothing at all when nothing became true. */
import { expect, onTestFinished, test } from 'vitest'
import { openLocalBus } from '../bus/bus.ts'
import { systemClock } from '../domain/clock.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { builtInPlan } from '../domain/plans.ts'
import { instant, seconds } from '../domain/time.ts'
import { type CareStore, type StoredFact, StoreTrouble } from '../store/store.ts'
import { openTemporaryStore } from '../test/temporary-store.ts'
import { openDesk } from './desk.ts'

const start = instant(1_760_000_000_000)
const plan = builtInPlan('sos')

function press(causeId: string, subjectId = 'rosa'): CareEventDraft {
  const said = { deviceId: 'pendant', room: '', claimedAt: null, unreadable: false, detail: {} }
  return { kind: 'sos-pressed', subjectId, siteId: 's', at: start, causeId, ...said }
}

/** A desk on a real store; `changes` put faults into the store. */
async function openWorld(changes: (store: CareStore) => Partial<CareStore> = () => ({})) {
  const { store, discard } = await openTemporaryStore()
  onTestFinished(discard)
  const rung: StoredFact[][] = []
  const broken: unknown[] = []
  const complaints: string[] = []
  const bus = openLocalBus((error) => void complaints.push(String(error)))
  bus.subscribe((facts) => void rung.push([...facts]))
  const needs = {
    store: { ...store, ...changes(store) },
    directory: { planFor: async () => plan },
    bus,
    clock: systemClock,
    log: (level: string, message: string) => void (level === 'info' || complaints.push(message)),
    onBroken: (error: unknown) => void broken.push(error),
  }
  return { store, needs, desk: openDesk(needs), rung, broken, complaints }
}

test('what is told was recorded before, with its numbers', async () => {
  const { store, needs, desk, rung } = await openWorld()
  const recorded: Promise<unknown>[] = []
  needs.bus.subscribe((facts) => void recorded.push(store.factsSince(0, 10).then((stored) => expect(stored).toEqual(facts))))
  const { facts } = await desk.handle(press('a'))
  await Promise.all(recorded)
  expect(recorded).toHaveLength(1)
  expect(rung).toEqual([facts])
})

test('when nothing became true nothing is written and nobody is told', async () => {
  const commits: string[] = []
  const { desk, rung } = await openWorld((store) => ({
    commit(turn) {
      commits.push(turn.event.kind)
      return store.commit(turn)
    },
  }))
  await desk.handle(press('a'))
  expect(await desk.handle(press('a'))).toEqual({ facts: [], refusal: null })
  expect([commits.length, rung.length]).toEqual([1, 1])
})

test('a press that could not be recorded is not told, and comes through when it is sent again', async () => {
  let full = true
  const { desk, rung, store } = await openWorld((real) => ({
    commit: (turn) => (full ? Promise.reject(new StoreTrouble('disk-full', 'full')) : real.commit(turn)),
  }))
  await expect(desk.handle(press('a'))).rejects.toMatchObject({ code: 'disk-full' })
  expect([rung, await store.openAlarms('all')]).toEqual([[], []])
  full = false
  expect((await desk.handle(press('a'))).facts).toHaveLength(1)
})

test('a failing listener does not undo the thanks', async () => {
  const { needs } = await openWorld()
  const bus = {
    publish() {
      throw new Error('no ears')
    },
  }
  const desk = openDesk({ ...needs, bus })
  expect((await desk.handle(press('a'))).facts).toHaveLength(1)
})

test('events of one person are decided in order, of many side by side', async () => {
  const order: string[] = []
  const held = Promise.withResolvers<void>()
  const { desk } = await openWorld((store) => ({
    async commit(turn) {
      if (turn.event.subjectId === 'rosa') await held.promise
      order.push(`${turn.event.subjectId} ${'causeId' in turn.event ? turn.event.causeId : ''}`)
      return store.commit(turn)
    },
  }))
  const mine = ['1', '2', '3'].map((id) => desk.handle(press(id)))
  await desk.handle(press('9', 'li'))
  held.resolve()
  await Promise.all(mine)
  expect(order).toEqual(['li 9', 'rosa 1', 'rosa 2', 'rosa 3'])
})

test('a flooding device is not thanked any more, while others are, and carers can still answer', async () => {
  const held = Promise.withResolvers<void>()
  const { desk } = await openWorld((store) => ({
    commit: async (turn) => (turn.event.subjectId === 'rosa' ? held.promise.then(() => store.commit(turn)) : store.commit(turn)),
  }))
  const flood = Array.from({ length: 200 }, (_, n) =>
    desk.handle(press(`p${n}`)).then(
      () => 'taken',
      (error) => error.code,
    ),
  )
  expect((await desk.handle(press('9', 'li'))).facts).toHaveLength(1)
  const answer = desk.handle({ kind: 'acknowledge-asked', subjectId: 'rosa', siteId: 's', at: start, alarmId: 'unknown', by: 'mei' })
  held.resolve()
  expect((await answer).refusal?.code).toBe('unknown-alarm')
  const results = await Promise.all(flood)
  expect(results.filter((result) => result === 'taken')).toHaveLength(48)
  expect(results.slice(48).every((result) => result === 'busy')).toBe(true)
  expect((await desk.handle(press('later'))).facts).toHaveLength(1)
})

test('somebody else wrote first: look again and decide anew; give up when it never ends', async () => {
  let conflicts = 2
  const { desk } = await openWorld((store) => ({
    commit: (turn) => (conflicts-- > 0 ? Promise.reject(new StoreTrouble('conflict', 'moved on')) : store.commit(turn)),
  }))
  expect((await desk.handle(press('a'))).facts).toHaveLength(1)
  conflicts = 1_000
  await expect(desk.handle(press('b'))).rejects.toMatchObject({ code: 'conflict' })
  expect(conflicts).toBe(1_000 - 5)
})

test('two desks on one store never make two alarms of two presses', async () => {
  const { needs, store } = await openWorld()
  const [first, second] = [openDesk(needs), openDesk(needs)]
  await Promise.all(Array.from({ length: 5 }, (_, n) => (n % 2 ? first : second).handle(press(`p${n}`))))
  const open = await store.openAlarms('all')
  expect(open.map((alarm) => alarm.presses)).toEqual([5])
})

test('a directory in trouble does not keep a press from being heard', async () => {
  const { needs, complaints } = await openWorld()
  const planFor = () => Promise.reject(new Error('no directory'))
  const desk = openDesk({ ...needs, directory: { planFor } })
  const { facts } = await desk.handle(press('a'))
  expect(facts[0]?.fact).toMatchObject({ kind: 'alarm-raised', alarm: { plan: builtInPlan('sos') } })
  expect(complaints).toHaveLength(1)
})

test('our own mistake is reported as one, and the person behind it in line is still heard', async () => {
  const { desk, broken } = await openWorld()
  const odd = { kind: 'song-heard', subjectId: 'rosa', siteId: 's', at: start } as unknown as CareEventDraft
  await expect(desk.handle(odd)).rejects.toThrow(/song-heard/)
  expect(broken).toHaveLength(1)
  expect((await desk.handle(press('a'))).facts).toHaveLength(1)
})

test('the plan in force is in the journal', async () => {
  const { desk, store } = await openWorld()
  await desk.handle(press('a'))
  const [entry] = await store.journal('rosa', 0, 1)
  expect(entry?.event).toEqual({ ...press('a'), plan })
})

test('a plan keeps only the calls that a channel can make', async () => {
  const { needs } = await openWorld()
  const { facts } = await openDesk({ ...needs, channels: ['console'] }).handle(press('a'))
  const alarm = facts[0]?.fact.kind === 'alarm-raised' ? facts[0].fact.alarm : null
  const steps = alarm?.state === 'raised' ? alarm.plan.steps : []
  expect(new Set(plan.steps.flatMap(({ tell }) => tell.map(({ channel }) => channel)))).toContain('webhook')
  expect(new Set(steps.flatMap(({ tell }) => tell.map(({ channel }) => channel)))).toEqual(new Set(['console']))
})

test('a step that could tell nobody is left out, and its time is not lost', async () => {
  const { needs } = await openWorld()
  const tell = (channel: string) => [{ contactId: null, label: channel, channel }]
  const steps = [
    { wait: seconds(0), tell: tell('console') },
    { wait: seconds(20), tell: tell('push') },
    { wait: seconds(40), tell: tell('console') },
  ]
  const directory = { planFor: async () => ({ ...plan, steps }) }
  const { facts } = await openDesk({ ...needs, directory, channels: ['console'] }).handle(press('a'))
  const alarm = facts[0]?.fact.kind === 'alarm-raised' ? facts[0].fact.alarm : null
  expect(alarm?.state === 'raised' && alarm.plan.steps.map(({ wait }) => wait)).toEqual([0, 60_000])
})
