import { describe, expect, test } from 'vitest'
import { instant } from '../../../domain/time.ts'
import type { HelloReply, LiveFact } from '../../contracts.ts'
import { fact, snapshot, wallAlarm } from './examples.contract.ts'
import { openStream } from './stream.ts'

/** A stream on a server played by hand. */
function stage() {
  let now = 0
  const hellos: { since: number | null; answer: (reply: HelloReply) => void }[] = []
  const told: LiveFact[] = []
  const stream = openStream({
    hello: (since, answer) => void hellos.push({ since, answer }),
    elapsed: () => now,
    onPicture: () => {},
    onSnapshot: () => {},
    onFacts: (facts) => void told.push(...facts),
    onBeat: () => {},
  })
  const beat = (seq: number, open: number) => stream.beat({ at: instant(0), seq, open, banner: null, homes: [] })
  const open = () => [...stream.picture().alarms.keys()]
  return {
    stream,
    hellos,
    told,
    beat,
    open,
    later: (ms: number) => {
      now += ms
    },
  }
}

const raised = (seq: number, id: string) => fact(seq, 'alarm-raised', wallAlarm({ id }))

describe('the stream', () => {
  test('the first hello asks for everything, a later one for what is missing', () => {
    const { stream, hellos, open } = stage()
    stream.connected()
    expect(hellos[0]?.since).toBeNull()
    hellos[0]?.answer({ snapshot: snapshot({ seq: 5, alarms: [wallAlarm({ id: 'a' })] }) })
    stream.connected()
    expect(hellos[1]?.since).toBe(5)
    hellos[1]?.answer({ facts: [raised(6, 'b')], seq: 6 })
    expect(open()).toEqual(['a', 'b'])
  })

  test('after a gap the homes are asked for too, since facts do not speak of them', () => {
    const { stream, hellos } = stage()
    stream.connected()
    hellos[0]?.answer({ snapshot: snapshot({ seq: 5 }) })
    stream.connected()
    hellos[1]?.answer({ facts: [], seq: 5 })
    expect(hellos.map(({ since }) => since)).toEqual([null, 5, null])
  })

  test('a press that arrives while the snapshot is under way is not undone by it', () => {
    const { stream, hellos, open } = stage()
    stream.connected()
    stream.facts([raised(6, 'fresh')])
    hellos[0]?.answer({ snapshot: snapshot({ seq: 5 }) })
    expect(open()).toEqual(['fresh'])
  })

  test('the very first press of a new platform is shown at once, not at the next beat', () => {
    const { stream, hellos, open, beat } = stage()
    stream.connected()
    hellos[0]?.answer({ snapshot: snapshot({ seq: 0 }) })
    beat(0, 0)
    expect(hellos).toHaveLength(1)
    stream.facts([raised(1, 'first')])
    expect(open()).toEqual(['first'])
  })

  test('a beat that is ahead, or counts otherwise, is answered with a question', () => {
    const { stream, hellos, beat, later } = stage()
    stream.connected()
    hellos[0]?.answer({ snapshot: snapshot({ seq: 5 }) })
    beat(5, 0)
    expect(hellos).toHaveLength(1)
    beat(7, 0)
    expect(hellos[1]?.since).toBe(5)
    hellos[1]?.answer({ facts: [], seq: 7 })
    later(20_000)
    beat(7, 3)
    expect(hellos[2]?.since).toBeNull()
  })

  test('a picture that stays wrong does not become a storm of snapshots', () => {
    const { stream, hellos, beat, later } = stage()
    stream.connected()
    hellos[0]?.answer({ snapshot: snapshot({ seq: 5 }) })
    for (let n = 0; n < 30; n += 1) {
      later(2_000)
      beat(5, 1)
      hellos.at(-1)?.answer({ snapshot: snapshot({ seq: 5 }) })
    }
    expect(hellos.length).toBeLessThan(10)
  })

  test('a hello without an answer is asked again, and the late answer is ignored', () => {
    const { stream, hellos, beat, open, later } = stage()
    stream.connected()
    later(6_000)
    beat(5, 1)
    expect(hellos).toHaveLength(2)
    hellos[1]?.answer({ snapshot: snapshot({ seq: 9, alarms: [wallAlarm({ id: 'now' })] }) })
    hellos[0]?.answer({ snapshot: snapshot({ seq: 5, alarms: [] }) })
    expect(open()).toEqual(['now'])
  })

  test('every new fact is told once', () => {
    const { stream, hellos, told } = stage()
    stream.connected()
    hellos[0]?.answer({ snapshot: snapshot({ seq: 5 }) })
    stream.facts([raised(6, 'a')])
    stream.facts([raised(6, 'a'), raised(7, 'b')])
    expect(told.map(({ seq }) => seq)).toEqual([6, 7])
  })
})
