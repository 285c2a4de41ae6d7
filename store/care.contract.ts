/** What every CareStore promises. Each implementation runs this suite; a store that passes may stand on the path of help. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { OpenAlarm } from '../domain/alarm.ts'
import { after, before as earlier, instant, minutes } from '../domain/time.ts'
import { noticesAreOwed, noticesEnd } from './care-notices.contract.ts'
import { acknowledged, pressTurn, raisedAlarm, resolved, start, testPressTurn, turnTo } from './examples.contract.ts'
import type { CareStore } from './store.ts'

/** One empty store. `reopen` ends it as a crash or a restart would and opens what is left; `discard` closes what is open and cleans up. */
export type CareStoreWorld = { store: CareStore; reopen(): Promise<CareStore>; discard(): Promise<void> }

export type Given = { store: CareStore; world: CareStoreWorld }

/** Runs the suite on stores made by `open`, one for each test. */
export function careStoreContract(name: string, open: () => Promise<CareStoreWorld>): void {
  describe(`${name} keeps the promises of a CareStore`, () => {
    const given = {} as Given
    beforeEach(async () => {
      const world = await open()
      given.world = world
      given.store = world.store
      return () => world.discard()
    })
    turnsAreWhole(given)
    turnsDoNotMix(given)
    pressesAreRemembered(given)
    alarmsCanBeFound(given)
    deadlinesCanBeFound(given)
    historyIsInOrder(given)
    noticesAreOwed(given)
    noticesEnd(given)
    nothingIsForgotten(given)
  })
}

function turnsAreWhole(given: Given) {
  test('an unknown subject is an empty situation', async () => {
    expect(await given.store.load('rosa', 'p1')).toEqual({ subjectId: 'rosa', version: 0, open: [], presses: new Map() })
    expect(await given.store.lastSeq()).toBe(0)
  })

  test('a committed turn is there whole: situation, fact, alarm, notice, journal', async () => {
    const { store } = given
    const turn = pressTurn('rosa', 'p1')
    const stored = await store.commit(turn)
    expect(stored).toEqual([{ seq: 1, fact: turn.facts[0] }])
    const alarm = raisedAlarm('rosa', 'p1')
    expect(await store.load('rosa', 'p1')).toEqual({ subjectId: 'rosa', version: 1, open: [alarm], presses: new Map([['p1', alarm.id]]) })
    expect(await store.alarm(alarm.id)).toEqual(alarm)
    expect(await store.factsSince(0, 10)).toEqual(stored)
    expect(await store.journal('rosa', 0, 10)).toEqual([{ seq: 1, event: turn.event, facts: turn.facts }])
    expect(await store.noticesOf(alarm.id)).toMatchObject([{ id: 'sos:p1/p1', state: 'owed', attempts: 0, lastError: '' }])
  })

  test('a stale turn is refused as a conflict and nothing of it happened', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    await expect(store.commit(pressTurn('rosa', 'p2'))).rejects.toMatchObject({ name: 'StoreTrouble', code: 'conflict' })
    const situation = await store.load('rosa', 'p2')
    expect(situation.version).toBe(1)
    expect(situation.open.map((alarm) => alarm.id)).toEqual(['sos:p1'])
    expect(situation.presses.size).toBe(0)
    expect(await store.lastSeq()).toBe(1)
    expect(await store.noticesOf('sos:p2')).toEqual([])
    expect(await store.journal(null, 0, 10)).toHaveLength(1)
  })

  test('a turn from the future of a subject is refused too', async () => {
    const turn = pressTurn('rosa', 'p1', { subjectId: 'rosa', version: 4, open: [], presses: new Map() })
    await expect(given.store.commit(turn)).rejects.toMatchObject({ code: 'conflict' })
    expect(await given.store.lastSeq()).toBe(0)
  })
}

function turnsDoNotMix(given: Given) {
  test('of many turns at one moment each stands or falls alone', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p0'))
    const names = ['ann', 'rosa', 'bob', 'cleo']
    const results = await Promise.allSettled(names.map((name) => store.commit(pressTurn(name, `p-${name}`))))
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect((await store.openAlarms('all')).map((alarm) => alarm.subjectId).sort()).toEqual(['ann', 'bob', 'cleo', 'rosa'])
    expect(await store.lastSeq()).toBe(4)
  })

  test('two turns of one subject at one moment: one wins, the other is a conflict', async () => {
    const results = await Promise.allSettled([given.store.commit(pressTurn('rosa', 'p1')), given.store.commit(pressTurn('rosa', 'p2'))])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(await given.store.openAlarms('all')).toHaveLength(1)
  })

  test('facts are numbered from 1 without gaps, also when turns were refused between them', async () => {
    const { store } = given
    for (const name of ['ann', 'bob', 'ann', 'cleo', 'bob', 'dora']) {
      await Promise.allSettled([store.commit(pressTurn(name, `p-${name}`)), store.commit(pressTurn(name, `q-${name}`))])
    }
    expect((await store.factsSince(0, 100)).map((stored) => stored.seq)).toEqual([1, 2, 3, 4])
  })

  test('a resolved alarm never changes again', async () => {
    const { store } = given
    const raised = raisedAlarm('rosa', 'p1')
    await store.commit(pressTurn('rosa', 'p1'))
    const closed = resolved(raised, after(start, minutes(2)))
    await store.commit(turnTo(closed, await store.load('rosa'), { kind: 'alarm-resolved' }))
    await expect(store.commit(turnTo(raised, await store.load('rosa'), { kind: 'alarm-repeated' }))).rejects.toThrow()
    expect(await store.alarm('sos:p1')).toEqual(closed)
    expect(await store.load('rosa')).toMatchObject({ version: 2, open: [] })
    expect(await store.lastSeq()).toBe(2)
  })
}

function pressesAreRemembered(given: Given) {
  test('a press is known after its alarm was resolved, and from whatever subject one asks', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    await store.commit(turnTo(resolved(raisedAlarm('rosa', 'p1'), start), await store.load('rosa'), { kind: 'alarm-resolved' }))
    expect((await store.load('rosa', 'p1')).presses).toEqual(new Map([['p1', 'sos:p1']]))
    expect((await store.load('ann', 'p1')).presses).toEqual(new Map([['p1', 'sos:p1']]))
    expect((await store.load('rosa', 'p2')).presses.size).toBe(0)
  })

  test('a press that repeated an alarm belongs to that alarm', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    const twice = raisedAlarm('rosa', 'p1', { presses: 2 })
    await store.commit(turnTo(twice, await store.load('rosa'), { kind: 'alarm-repeated', pressId: 'p2' }))
    const situation = await store.load('rosa', 'p2')
    expect(situation.presses.get('p2')).toBe('sos:p1')
    expect(situation.open).toEqual([twice])
  })

  test('a test press is remembered as a test', async () => {
    await given.store.commit(testPressTurn('rosa', 't1'))
    const situation = await given.store.load('rosa', 't1')
    expect(situation).toEqual({ subjectId: 'rosa', version: 1, open: [], presses: new Map([['t1', 'test']]) })
    expect((await given.store.factsSince(0, 10))[0]?.fact.kind).toBe('test-pressed')
  })
}

async function commitAlarms(store: CareStore, alarms: readonly OpenAlarm[]) {
  for (const alarm of alarms) await store.commit(turnTo(alarm, await store.load(alarm.subjectId)))
}

function alarmsCanBeFound(given: Given) {
  const at = (minute: number) => after(start, minutes(minute))
  const alarms = [
    raisedAlarm('rosa', 'p1', { siteId: 'site-a', raisedAt: at(1) }),
    raisedAlarm('ann', 'p2', { siteId: 'site-b', raisedAt: at(2) }),
    raisedAlarm('rosa', 'p3', { siteId: 'site-a', raisedAt: at(3), kind: 'technical', priority: 3, reason: 'battery-low' }),
  ]
  const ids = (list: readonly { id: string }[]) => list.map((alarm) => alarm.id)

  test('open alarms, by site and all', async () => {
    const { store } = given
    await commitAlarms(store, alarms)
    expect(ids(await store.openAlarms('all')).sort()).toEqual(['sos:p1', 'sos:p2', 'sos:p3'])
    expect(ids(await store.openAlarms(['site-a'])).sort()).toEqual(['sos:p1', 'sos:p3'])
    expect(await store.openAlarms([])).toEqual([])
    expect(await store.openAlarms(['nowhere'])).toEqual([])
    expect((await store.load('rosa')).open.map((alarm) => alarm.id)).toEqual(['sos:p1', 'sos:p3'])
  })

  test('the alarms of one subject, newest first; one by id; none for an unknown id', async () => {
    const { store } = given
    await commitAlarms(store, alarms)
    expect(ids(await store.alarmsOf('rosa', 10))).toEqual(['sos:p3', 'sos:p1'])
    expect(ids(await store.alarmsOf('rosa', 1))).toEqual(['sos:p3'])
    expect((await store.alarm('sos:p2'))?.subjectId).toBe('ann')
    expect(await store.alarm('sos:p9')).toBeNull()
  })

  test('closed alarms, newest first, by site and since when', async () => {
    const { store } = given
    await commitAlarms(store, alarms)
    for (const [index, alarm] of alarms.entries()) {
      await store.commit(turnTo(resolved(alarm, at(10 + index)), await store.load(alarm.subjectId), { kind: 'alarm-resolved' }))
    }
    expect(await store.openAlarms('all')).toEqual([])
    expect(ids(await store.resolvedSince('all', start, 10))).toEqual(['sos:p3', 'sos:p2', 'sos:p1'])
    expect(ids(await store.resolvedSince('all', at(11), 10))).toEqual(['sos:p3', 'sos:p2'])
    expect(ids(await store.resolvedSince(['site-a'], start, 1))).toEqual(['sos:p3'])
    expect(await store.resolvedSince([], start, 10)).toEqual([])
  })
}

function deadlinesCanBeFound(given: Given) {
  test('due alarms are those whose step or lease is at or before now, oldest deadline first', async () => {
    const { store } = given
    const first = raisedAlarm('ann', 'p1', { nextStepAt: after(start, minutes(5)) })
    const second = raisedAlarm('bob', 'p2', { nextStepAt: after(start, minutes(3)) })
    const taken = acknowledged(raisedAlarm('cleo', 'p3'), after(start, minutes(1)))
    await commitAlarms(store, [first, second, taken])
    const due = async (at: number, limit = 10) => (await store.dueAlarms(instant(at), limit)).map((alarm) => alarm.subjectId)
    expect(await due(taken.leaseUntil - 1)).toEqual([])
    expect(await due(taken.leaseUntil)).toEqual(['cleo'])
    expect(await due(after(start, minutes(5)))).toEqual(['cleo', 'bob', 'ann'])
    expect(await due(after(start, minutes(5)), 2)).toEqual(['cleo', 'bob'])
  })

  test('an alarm is due again by its new deadline, and never once it is resolved', async () => {
    const { store } = given
    const alarm = raisedAlarm('ann', 'p1', { nextStepAt: after(start, minutes(1)) })
    await commitAlarms(store, [alarm])
    const later = { ...alarm, planStep: 1, nextStepAt: after(start, minutes(9)) }
    await store.commit(turnTo(later, await store.load('ann'), { kind: 'alarm-escalated' }))
    expect(await store.dueAlarms(after(start, minutes(8)), 10)).toEqual([])
    expect(await store.dueAlarms(after(start, minutes(9)), 10)).toEqual([later])
    await store.commit(turnTo(resolved(later, start), await store.load('ann'), { kind: 'alarm-resolved' }))
    expect(await store.dueAlarms(after(start, minutes(60)), 10)).toEqual([])
  })
}

function historyIsInOrder(given: Given) {
  test('facts and journal pages: after a place, oldest first, at most so many', async () => {
    const { store } = given
    for (const name of ['ann', 'bob', 'cleo', 'dora']) await store.commit(pressTurn(name, `p-${name}`))
    expect((await store.factsSince(1, 2)).map((stored) => stored.seq)).toEqual([2, 3])
    expect((await store.factsSince(4, 10)).length).toBe(0)
    const all = await store.journal(null, 0, 100)
    expect(all.map((entry) => entry.event.subjectId)).toEqual(['ann', 'bob', 'cleo', 'dora'])
    expect((await store.journal(null, all[1]?.seq ?? 0, 1)).map((entry) => entry.event.subjectId)).toEqual(['cleo'])
    expect((await store.journal('cleo', 0, 10)).map((entry) => entry.facts.length)).toEqual([1])
    expect(await store.journal('nobody', 0, 10)).toEqual([])
  })

  test('a turn of several facts keeps their order, in the answer, the facts and the journal', async () => {
    const { store } = given
    const one = raisedAlarm('rosa', 'p1')
    const two = raisedAlarm('rosa', 'p2', { kind: 'fall', reason: 'fall-possible' })
    const turn = turnTo(one, await store.load('rosa'))
    const facts = [...turn.facts, ...turnTo(two, turn.after).facts]
    const stored = await store.commit({ ...turn, facts })
    expect(stored.map((each) => each.seq)).toEqual([1, 2])
    expect((await store.journal('rosa', 0, 10))[0]?.facts).toEqual(facts)
    expect((await store.load('rosa')).open).toHaveLength(2)
  })

  test('a turn of no facts is still a line of the journal', async () => {
    const turn = { ...pressTurn('rosa', 'p1'), facts: [], notices: [] }
    expect(await given.store.commit(turn)).toEqual([])
    expect(await given.store.journal('rosa', 0, 10)).toEqual([{ seq: 1, event: turn.event, facts: [] }])
  })
}

function nothingIsForgotten(given: Given) {
  test('after a restart everything committed is there and the numbers go on', async () => {
    const turns = ['ann', 'bob'].map((name) => pressTurn(name, `p-${name}`))
    await Promise.all(turns.map((turn) => given.store.commit(turn)))
    const expected = {
      facts: await given.store.factsSince(0, 10),
      journal: await given.store.journal(null, 0, 10),
      owed: await given.store.owedNotices(start, 10),
      situation: await given.store.load('ann', 'p-bob'),
    }
    const store = await given.world.reopen()
    expect(await store.factsSince(0, 10)).toEqual(expected.facts)
    expect(await store.journal(null, 0, 10)).toEqual(expected.journal)
    expect(await store.owedNotices(start, 10)).toEqual(expected.owed)
    expect(await store.load('ann', 'p-bob')).toEqual(expected.situation)
    await expect(store.commit(pressTurn('ann', 'late'))).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.commit(pressTurn('cleo', 'p-cleo'))).toMatchObject([{ seq: 3 }])
  })

  test('a closed store commits nothing and says so', async () => {
    await given.store.commit(pressTurn('ann', 'p1'))
    await given.store.close()
    await expect(given.store.commit(pressTurn('bob', 'p2'))).rejects.toMatchObject({ name: 'StoreTrouble', code: 'closed' })
  })

  test('hours of before and after: times survive as they are', async () => {
    const alarm = raisedAlarm('ann', 'p1', { raisedAt: earlier(start, minutes(1)), detail: { limitHours: 6, note: "it's \u0000 ‮“so”" } })
    await given.store.commit(turnTo(alarm, await given.store.load('ann')))
    expect(await given.store.alarm(alarm.id)).toEqual(alarm)
  })
}
