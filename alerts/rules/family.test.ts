/** A relative's word is written down and moves nothing: for every order of words, notes and answers. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CareEvent } from '../../domain/event.ts'
import { type FamilyAnswer, familyAnswers } from '../../domain/family.ts'
import { builtInPlan } from '../../domain/plans.ts'
import { emptySituation, type Situation } from '../../domain/situation.ts'
import { after, instant, seconds } from '../../domain/time.ts'
import { step } from '../engine.ts'

const begin = instant(1_760_000_000_000)
const base = { subjectId: 'rosa', siteId: 's' }

function pressed(): Situation {
  const press: CareEvent = {
    ...{ ...base, kind: 'sos-pressed', at: begin, deviceId: 'd', room: '', causeId: 'p', claimedAt: null, unreadable: false },
    ...{ plan: builtInPlan('sos'), detail: {} },
  }
  return step(emptySituation('rosa'), press, begin).situation
}

type Said = { contactId: string; answer: FamilyAnswer; minutes: number | null }
const said = fc.record({
  contactId: fc.constantFrom('anna', 'ben'),
  answer: fc.constantFrom(...familyAnswers),
  minutes: fc.constantFrom(null, 10, 30),
})
const turn = fc.oneof({ weight: 6, arbitrary: said }, fc.constantFrom<'acknowledge' | 'note'>('acknowledge', 'note'))

const wordOf = ({ contactId, answer, minutes }: Said, alarmId: string, at: typeof begin): CareEvent => ({
  ...{ ...base, kind: 'family-answered', at, alarmId, by: contactId, minutes },
  word: { contactId, relation: 'relative', answer },
})

test('it moves no deadline, takes no alarm, rings nobody, and pushes out nothing that the centre wrote', () => {
  const law = (turns: readonly (Said | 'acknowledge' | 'note')[]) => {
    let situation = pressed()
    let at = begin
    for (const each of turns) {
      at = after(at, seconds(3))
      const [alarm] = situation.open
      if (!alarm) throw new Error('The alarm is gone.')
      const asked = { ...base, at, alarmId: alarm.id, by: 'li' }
      if (each === 'acknowledge') situation = step(situation, { ...asked, kind: 'acknowledge-asked' }, at).situation
      else if (each === 'note') situation = step(situation, { ...asked, kind: 'note-asked', action: 'called', text: '' }, at).situation
      else {
        const decision = step(situation, wordOf(each, alarm.id, at), at)
        const [now] = decision.situation.open
        expect({ ...now, notes: [] }).toEqual({ ...alarm, notes: [] })
        expect([...decision.notices, ...decision.withdrawn]).toEqual([])
        const own = now?.notes.filter(({ family }) => family?.contactId === each.contactId) ?? []
        expect(own.at(-1)?.family?.answer).toBe(each.answer)
        expect(own.length).toBeLessThanOrEqual(5)
        const staff = (notes: typeof alarm.notes = []) => notes.filter(({ family }) => !family)
        expect(staff(now?.notes)).toEqual(staff(alarm.notes))
        situation = decision.situation
      }
    }
  }
  fc.assert(fc.property(fc.array(turn, { maxLength: 60 }), law), { numRuns: 150, seed: 5 })
})

test('only who is going comes, and only when she said so', () => {
  const [alarm] = pressed().open
  const notes = familyAnswers.map((answer) => {
    const event = wordOf({ contactId: 'anna', answer, minutes: 10 }, alarm?.id ?? '', begin)
    return step(pressed(), event, begin).situation.open[0]?.notes[0]
  })
  expect(notes.map((note) => note?.coming ?? null)).toEqual([null, { who: 'anna', minutes: 10 }, null, null])
})

test('the same word twice is one; in fewer minutes it is news', () => {
  const [alarm] = pressed().open
  const going = (situation: Situation, minutes: number | null) =>
    step(situation, wordOf({ contactId: 'anna', answer: 'going', minutes }, alarm?.id ?? '', begin), begin)
  const first = going(pressed(), 30)
  expect(going(first.situation, 30).facts).toEqual([])
  expect(going(first.situation, 10).facts.map(({ kind }) => kind)).toEqual(['alarm-noted'])
})
