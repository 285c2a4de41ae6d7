import { describe, expect, test } from 'vitest'
import type { OpenAlarm } from '../../../domain/alarm.ts'
import { openAlarm } from './examples.contract.ts'
import { forget, type Heard, isSilenced, newlyGiven, nextTone, nothingHeard, type Ringing, ringingOf, silence } from './sound-plan.ts'

const ring = (alarmId: string, priority: 1 | 2 | 3 = 1): Ringing => ({ key: `${alarmId}#1`, alarmId, presses: 1, priority, since: 0 })
const again = (alarmId: string): Ringing => ({ ...ring(alarmId), key: `${alarmId}#2`, presses: 2 })

/** Every tone of the first `seconds`, asked twice a second as the pulse does. */
function listen(
  ringing: readonly Ringing[],
  { seconds, linkLost = false, heard = nothingHeard }: { seconds: number; linkLost?: boolean; heard?: Heard },
) {
  const tones: string[] = []
  let state = heard
  for (let now = 0; now <= seconds * 1000; now += 500) {
    const next = nextTone(state, { ringing, linkLost, now })
    state = next.heard
    if (next.tone) tones.push(`${now / 1000} ${next.tone}`)
  }
  return tones
}

describe('what is heard', () => {
  test('an untaken call sounds at once, every five seconds, and louder after thirty', () => {
    expect(listen([ring('a')], { seconds: 36 })).toEqual([
      '0 urgent',
      '5 urgent',
      '10 urgent',
      '15 urgent',
      '20 urgent',
      '25 urgent',
      '30 urgent-loud',
      '35 urgent-loud',
    ])
  })

  test('a second call does not wait for the rhythm of the first', () => {
    const first = nextTone(nothingHeard, { ringing: [ring('a')], linkLost: false, now: 0 })
    const second = nextTone(first.heard, { ringing: [ring('a'), { ...ring('b'), since: 700 }], linkLost: false, now: 700 })
    expect(second.tone).toBe('urgent')
    expect(second.speaksFor.map(({ alarmId }) => alarmId)).toEqual(['a', 'b'])
  })

  test('priority 2 every twenty seconds, priority 3 once', () => {
    expect(listen([ring('b', 2)], { seconds: 41 })).toEqual(['0 attention', '20 attention', '40 attention'])
    expect(listen([ring('c', 3)], { seconds: 41 })).toEqual(['0 chime'])
  })

  test('a lost link has its own tone every ten seconds, also under silence', () => {
    expect(listen([], { seconds: 21, linkLost: true })).toEqual(['0 link-loss', '10 link-loss', '20 link-loss'])
    const muted = silence(nothingHeard, [ring('a')], 0)
    expect(listen([ring('a')], { seconds: 5, linkLost: true, heard: muted })).toEqual(['0 link-loss'])
  })

  test('silence lasts sixty seconds for what sounds now', () => {
    const tones = listen([ring('a')], { seconds: 61, heard: silence(nothingHeard, [ring('a')], 0) })
    expect(tones).toEqual(['60 urgent-loud'])
  })

  test('a new alarm, or the same button pressed again, breaks the silence', () => {
    const muted = silence(nothingHeard, [ring('a')], 0)
    expect(isSilenced(muted, [ring('a')], 1_000)).toBe(true)
    expect(nextTone(muted, { ringing: [ring('a'), ring('b')], linkLost: false, now: 1_000 }).tone).toBe('urgent')
    expect(nextTone(muted, { ringing: [again('a')], linkLost: false, now: 1_000 }).tone).toBe('urgent')
  })

  test('nothing rings once somebody has it, unless it is pressed again', () => {
    const taken = openAlarm({ id: 'a', state: 'acknowledged', presses: 2 }).alarm
    expect(ringingOf([taken], new Map())).toEqual([])
    expect(ringingOf([taken], new Map([['a', 2]])).map(({ key }) => key)).toEqual(['a#2'])
    expect(ringingOf([openAlarm({ id: 'b' }).alarm], new Map()).map(({ key }) => key)).toEqual(['b#1'])
  })

  test('what a colleague gave to this person chimes once, and again only when it is given again', () => {
    const of = (by: string, handedBy?: string) =>
      ({ ...openAlarm({ id: 'a', state: 'acknowledged', ...(handedBy && { detail: { handedBy } }) }).alarm, by }) as OpenAlarm
    const mine = ({ by }: { by: string }) => by === '王'
    const [key = ''] = newlyGiven([of('王', '李')], mine, new Set())
    expect(key).not.toBe('')
    expect(newlyGiven([of('王', '李')], mine, new Set([key]))).toEqual([])
    expect(newlyGiven([of('李', '王'), of('王')], mine, new Set())).toEqual([])
  })

  test('what no longer rings is forgotten', () => {
    const heard = { ...nothingHeard, chimed: new Set(['a#1', 'b#1']) }
    expect([...forget(heard, [ring('b')]).chimed]).toEqual(['b#1'])
  })
})
