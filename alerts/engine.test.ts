/** What single events mean: the corners that no story tells. */
import { describe, expect, test } from 'vitest'
import type { Fact, Plan, RaisedAlarm } from '../domain/alarm.ts'
import type { CareEvent, SosPressed } from '../domain/event.ts'
import { emptySituation, type Situation } from '../domain/situation.ts'
import { after as from, instant, minutes, seconds } from '../domain/time.ts'
import { kindRaisedBy, pressIdOf, step } from './engine.ts'

const start = instant(1_760_000_000_000)
const wall = { contactId: null, label: 'wall', channel: 'console' }
const anna = { contactId: 'c1', label: 'relative 1', channel: 'webhook' }
const plan: Plan = {
  id: 'p',
  name: 'p',
  steps: [
    { wait: seconds(0), tell: [wall, anna] },
    { wait: minutes(1), tell: [anna, { ...anna, contactId: 'c2' }] },
  ],
  repeatEvery: minutes(1),
  lease: seconds(90),
}
const base = { subjectId: 'rosa', siteId: 's', at: start }

function press(causeId: string, changes: Partial<SosPressed> = {}): SosPressed {
  const said = { deviceId: 'pendant', room: '', claimedAt: null, unreadable: false, plan, detail: {} }
  return { ...base, ...said, kind: 'sos-pressed', causeId, ...changes }
}

/** What these events led to, and the facts of the last one. */
function led(...events: readonly CareEvent[]): { situation: Situation; facts: readonly Fact[] } {
  let situation = emptySituation('rosa')
  let facts: readonly Fact[] = []
  for (const event of events) ({ situation, facts } = step(situation, event, event.at))
  return { situation, facts }
}

const theAlarm = (situation: Situation) => situation.open[0] as RaisedAlarm

describe('the ids', () => {
  test('the same first cause makes the same alarm, another cause another, and neither shows what the device sent', () => {
    const id = (causeId: string, changes = {}) => theAlarm(led(press(causeId, changes)).situation).id
    expect(id('a')).toBe(id('a', { at: from(start, minutes(9)), room: 'hall' }))
    expect(id('a')).not.toBe(id('b'))
    expect(id('../../etc <script>')).toMatch(/^sos-[0-9a-f]{24}$/)
  })

  test('calls are named by alarm, step, round and recipient', () => {
    const first = step(emptySituation('rosa'), press('a'), start)
    const { id } = theAlarm(first.situation)
    expect(first.notices.map((notice) => notice.id)).toEqual([`${id}/0/1/0`, `${id}/0/1/1`])
    const second = step(first.situation, press('b'), start)
    expect(second.notices.map((notice) => notice.id)).toEqual([`${id}/0/2/0`, `${id}/0/2/1`])
    expect(second.withdrawn).toEqual([`${id}/0/1/0`, `${id}/0/1/1`])
  })
})

describe('a press', () => {
  test('that could not be read is a press all the same, and says so', () => {
    const { situation } = led(press('a', { unreadable: true, claimedAt: null }))
    expect(theAlarm(situation).causes[0]).toMatchObject({ unreadable: true, claimedAt: null, receivedAt: start })
  })

  test('on an answered alarm rings the centre up to the step it had reached, and not the relatives', () => {
    const { situation } = led(press('a'))
    const { id: alarmId } = theAlarm(situation)
    const climbed = step(situation, { ...base, kind: 'deadline-passed', alarmId, at: from(start, minutes(1)) }, from(start, minutes(1)))
    const taken = step(climbed.situation, { ...base, kind: 'acknowledge-asked', alarmId, by: 'mei' }, from(start, minutes(2)))
    expect(taken.withdrawn).toEqual([alarmId])
    const again = step(taken.situation, press('b'), from(start, minutes(2)))
    expect(again.notices.map((notice) => notice.recipient)).toEqual([wall])
  })

  test('on an answered alarm whose plan never tells the centre still rings somebody', () => {
    const alone = { ...plan, steps: [{ wait: seconds(0), tell: [anna] }] }
    const { situation } = led(press('a', { plan: alone }))
    const taken = step(situation, { ...base, kind: 'acknowledge-asked', alarmId: theAlarm(situation).id, by: 'mei' }, start)
    expect(step(taken.situation, press('b'), start).notices.map((notice) => notice.recipient)).toEqual([anna])
  })

  test.each([
    ['no steps at all', { ...plan, steps: [] }],
    ['a repeat of nothing', { ...plan, repeatEvery: seconds(0), lease: seconds(0) }],
  ])('with a plan of %s is an alarm that is looked at again', (_, broken) => {
    const { situation } = led(press('a', { plan: broken }))
    const alarm = theAlarm(situation)
    expect(alarm.nextStepAt).toBeGreaterThan(start)
    const at = from(start, minutes(5))
    const later = step(situation, { ...base, kind: 'deadline-passed', alarmId: alarm.id, at }, at)
    expect(later.facts.map((fact) => fact.kind)).toEqual(['alarm-escalated'])
    expect(theAlarm(later.situation).nextStepAt).toBeGreaterThan(at)
  })
})

describe('requests', () => {
  const { situation } = led(press('a'))
  const { id: alarmId } = theAlarm(situation)

  test.each([
    ['note-asked', { action: 'called', text: '' }],
    ['resolve-asked', { outcome: 'test', text: '' }],
  ] as const)('%s before anybody answered is refused', (kind, more) => {
    const decision = step(situation, { ...base, kind, alarmId, by: 'mei', ...more } as CareEvent, start)
    expect(decision).toMatchObject({ facts: [], refusal: { code: 'not-acknowledged' } })
  })

  test.each(['acknowledge-asked', 'note-asked', 'resolve-asked'] as const)('%s for an alarm that is not here is refused', (kind) => {
    const more = { action: 'called', outcome: 'test', text: '' }
    const decision = step(situation, { ...base, kind, alarmId: 'nowhere', by: 'mei', ...more } as CareEvent, start)
    expect(decision).toMatchObject({ facts: [], refusal: { code: 'unknown-alarm' } })
  })

  test('a note renews the lease and keeps what was done', () => {
    const taken = step(situation, { ...base, kind: 'acknowledge-asked', alarmId, by: 'mei' }, start).situation
    const later = from(start, seconds(60))
    const noted = step(taken, { ...base, kind: 'note-asked', alarmId, by: 'mei', action: 'dispatched', text: 'Tao goes' }, later)
    expect(noted.situation.open[0]).toMatchObject({ leaseUntil: from(later, seconds(90)), notes: [{ action: 'dispatched', at: later }] })
  })

  test('a deadline that is not due, or of an alarm that is not open, changes nothing', () => {
    const early = step(situation, { ...base, kind: 'deadline-passed', alarmId, at: from(start, seconds(59)) }, from(start, seconds(59)))
    expect(early).toMatchObject({ situation, facts: [] })
    expect(step(situation, { ...base, kind: 'deadline-passed', alarmId: 'nowhere' }, start).facts).toEqual([])
  })
})

describe('our own mistakes', () => {
  test('an event of somebody else is not decided', () => {
    expect(() => step(emptySituation('li'), press('a'), start)).toThrow(/rosa.*li/)
  })

  test('an event nobody wrote a rule for is not passed over', () => {
    expect(() => step(emptySituation('rosa'), { ...base, kind: 'song-heard' } as unknown as CareEvent, start)).toThrow(/song-heard/)
  })

  test('press id and kind of alarm are read from the event', () => {
    expect([pressIdOf(press('a')), kindRaisedBy(press('a'))]).toEqual(['a', 'sos'])
    const cancel = { ...base, kind: 'cancel-pressed', deviceId: 'd' } as const
    expect([pressIdOf(cancel), kindRaisedBy(cancel)]).toEqual([undefined, null])
  })
})
