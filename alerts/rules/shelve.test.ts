/** Putting a device's alarm off, and taking over what somebody else has. */
import { describe, expect, test } from 'vitest'
import type { Alarm } from '../../domain/alarm.ts'
import type { CareEvent } from '../../domain/event.ts'
import { emptySituation, type Situation } from '../../domain/situation.ts'
import { hours, type Instant, instant, minutes, after as past, seconds } from '../../domain/time.ts'
import { step } from '../engine.ts'

const start = instant(1_760_000_000_000)
const plan = {
  id: 'p',
  name: 'p',
  steps: [{ wait: seconds(0), tell: [{ contactId: null, label: 'wall', channel: 'console' }] }],
  repeatEvery: minutes(1),
  lease: seconds(90),
}
const base = { subjectId: 'rosa', siteId: 's', at: start }
const cause = { ...base, deviceId: 'd1', room: '', causeId: 'c1', claimedAt: null, unreadable: false, plan, detail: {} }
const battery: CareEvent = { ...cause, kind: 'device-troubled', reason: 'battery-low' }
const sos: CareEvent = { ...cause, kind: 'sos-pressed' }

const raised = (event: CareEvent): Situation => step(emptySituation('rosa'), event, start).situation
const theAlarm = (situation: Situation): Alarm => situation.open[0] as Alarm
const idOf = (situation: Situation) => theAlarm(situation).id

function shelve(situation: Situation, { by = 'mei', until = past(start, hours(2)), text = 'The electrician comes', now = start } = {}) {
  return step(situation, { ...base, kind: 'shelve-asked', alarmId: idOf(situation), by, until, text }, now)
}
const due = (situation: Situation, at: Instant) => step(situation, { ...base, at, kind: 'deadline-passed', alarmId: idOf(situation) }, at)

describe('putting off', () => {
  test('an alarm about a device is quiet until then, and comes back by itself, with its reason kept', () => {
    const { situation, facts } = shelve(raised(battery))
    expect(facts.map(({ kind }) => kind)).toEqual(['alarm-acknowledged'])
    expect(due(situation, past(start, minutes(119))).facts).toEqual([])
    const back = due(situation, past(start, hours(2)))
    expect(back.facts.map(({ kind }) => kind)).toEqual(['alarm-returned'])
    expect(theAlarm(back.situation)).toMatchObject({ state: 'raised', notes: [{ by: 'mei', text: 'The electrician comes' }] })
    expect(theAlarm(back.situation).detail.shelvedUntil).toBeUndefined()
    expect(back.notices.length).toBe(1)
  })

  test('a clock turned back does not leave it on the shelf for ever', () => {
    const { situation } = shelve(raised(battery))
    expect(due(situation, past(start, hours(-7))).facts.map(({ kind }) => kind)).toEqual(['alarm-returned'])
  })

  test('what is done with it next takes it down: then the usual lease holds', () => {
    const { situation } = shelve(raised(battery))
    const noted = step(
      situation,
      { ...base, kind: 'note-asked', alarmId: idOf(situation), by: 'mei', action: 'dispatched', text: '' },
      start,
    )
    expect(theAlarm(noted.situation)).toMatchObject({ leaseUntil: past(start, seconds(90)), detail: {} })
  })

  test.each<[string, Situation, Parameters<typeof shelve>[1], string]>([
    ['a call for help', raised(sos), {}, 'not-shelvable'],
    ['smoke', raised({ ...cause, kind: 'environment-detected', hazard: 'smoke' }), {}, 'not-shelvable'],
    ['silence of a person', raised({ ...cause, kind: 'inactivity-noticed', since: start, limit: hours(8) }), {}, 'not-shelvable'],
    ['a message that may be an old call', raised({ ...cause, kind: 'device-troubled', reason: 'retained-press' }), {}, 'not-shelvable'],
    ['more than a shift', raised(battery), { until: past(start, hours(9)) }, 'not-shelvable'],
    ['the past', raised(battery), { until: start }, 'not-shelvable'],
    ['no reason', raised(battery), { text: '  ' }, 'reason-needed'],
    ['what somebody else has', shelve(raised(battery)).situation, { by: 'tao' }, 'already-acknowledged'],
  ])('%s is not put off', (...[, situation, asked, code]) => {
    expect(shelve(situation, asked)).toMatchObject({ situation, facts: [], refusal: { code } })
  })

  test('a call for help that comes meanwhile rings as ever', () => {
    const { situation } = shelve(raised(battery))
    const pressed = step(situation, { ...sos, causeId: 'c2' } as CareEvent, start)
    expect(pressed.facts.map(({ kind }) => kind)).toEqual(['alarm-raised'])
    expect(pressed.notices.length).toBe(1)
  })
})

describe('taking over', () => {
  const taken = (situation: Situation, who: { by: string; from?: string }, at = start) =>
    step(situation, { ...base, kind: 'acknowledge-asked', alarmId: idOf(situation), ...who }, at)
  const mine = taken(raised(sos), { by: 'mei' }).situation

  test('needs to know whom it is taken from; then the lease begins anew, and the card names who had it', () => {
    expect(taken(mine, { by: 'tao' })).toMatchObject({ facts: [], refusal: { code: 'already-acknowledged', by: 'mei' } })
    const later = past(start, seconds(60))
    const over = taken(mine, { by: 'tao', from: 'mei' }, later)
    expect(over.facts.map(({ kind }) => kind)).toEqual(['alarm-acknowledged'])
    expect(theAlarm(over.situation)).toMatchObject({
      by: 'tao',
      at: later,
      leaseUntil: past(later, seconds(90)),
      detail: { takenFrom: 'mei' },
    })
  })

  test('from somebody who no longer has it is refused with the name of who does', () => {
    const over = taken(mine, { by: 'tao', from: 'mei' }).situation
    expect(taken(over, { by: 'lin', from: 'mei' }).refusal).toMatchObject({ code: 'already-acknowledged', by: 'tao' })
  })
})
