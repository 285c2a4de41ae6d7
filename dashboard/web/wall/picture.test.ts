import { describe, expect, test } from 'vitest'
import type { LiveFact } from '../../contracts.ts'
import { fact, snapshot, wallAlarm } from './examples.contract.ts'
import { compare, emptyPicture, fromSnapshot, latestLimit, withBeat, withFacts } from './picture.ts'

const start = fromSnapshot(snapshot({ seq: 10, alarms: [wallAlarm({ id: 'a' })] }), null)

describe('the picture', () => {
  test('a raised alarm appears, a resolved one goes and is counted by its outcome', () => {
    const raised = withFacts(start, [fact(11, 'alarm-raised', wallAlarm({ id: 'b' }))])
    expect([...raised.alarms.keys()]).toEqual(['a', 'b'])
    const closed = withFacts(raised, [fact(12, 'alarm-resolved', wallAlarm({ id: 'b', state: 'resolved', outcome: 'false-press' }))])
    expect([...closed.alarms.keys()]).toEqual(['a'])
    expect(closed.today).toMatchObject({ resolved: 1, byOutcome: { 'false-press': 1 } })
  })

  test('a fact told twice changes nothing the second time', () => {
    const once = withFacts(start, [fact(11, 'alarm-resolved', wallAlarm({ id: 'a', state: 'resolved' }))])
    expect(withFacts(once, [fact(11, 'alarm-resolved', wallAlarm({ id: 'a', state: 'resolved' }))])).toBe(once)
    expect(once.today.resolved).toBe(1)
  })

  test('an old fact never undoes a newer one, in whatever order they arrive', () => {
    const facts = [
      fact(13, 'alarm-acknowledged', wallAlarm({ id: 'a', state: 'acknowledged' })),
      fact(12, 'alarm-repeated', wallAlarm({ id: 'a' })),
    ]
    expect(withFacts(start, facts).alarms.get('a')?.alarm.state).toBe('acknowledged')
    const late = withFacts(withFacts(start, facts.slice(0, 1)), facts.slice(1))
    expect(late.alarms.get('a')?.alarm.state).toBe('acknowledged')
  })

  test('a test press is news but no alarm', () => {
    const after = withFacts(start, [fact(11, 'test-pressed', null)])
    expect(after.alarms.size).toBe(1)
    expect(after.latest[0]?.kind).toBe('test-pressed')
  })

  test('the latest are newest first and bounded', () => {
    const many: LiveFact[] = Array.from({ length: latestLimit + 20 }, (_, n) => fact(11 + n, 'alarm-noted', wallAlarm({ id: 'a' })))
    const after = withFacts(start, many)
    expect(after.latest).toHaveLength(latestLimit)
    expect(after.latest[0]?.seq).toBe(10 + latestLimit + 20)
  })

  test('a beat without news is the same object, so nothing is drawn again', () => {
    const beat = { at: 0, seq: 10, open: 1, banner: null, homes: [] } as never
    expect(withBeat(start, beat)).toBe(start)
  })

  test('a beat tells behind, wrong and same apart', () => {
    expect(compare(start, { seq: 11, open: 1 })).toBe('behind')
    expect(compare(start, { seq: 10, open: 2 })).toBe('wrong')
    expect(compare(start, { seq: 10, open: 1 })).toBe('same')
    expect(compare(start, { seq: 9, open: 0 })).toBe('same')
    expect(emptyPicture.known).toBe(false)
  })
})
