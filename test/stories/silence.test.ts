/** Stories of silence that is asked about before it is an alarm. */
import { describe, expect, test } from 'vitest'
import { repliesFor } from '../../broker/replies.ts'
import { minutes, seconds } from '../../domain/time.ts'
import { home } from '../story.ts'

const saidTo = (facts: Parameters<typeof repliesFor>[0][]) => facts.flatMap(repliesFor).map(({ deviceId, kind }) => `${deviceId}: ${kind}`)

describe('the question', () => {
  test('her terminal asks, a sign of life answers, and nobody was rung', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.wait(minutes(9))
    expect(rosa.told).toEqual([])
    await rosa.signOfLife()
    expect(await rosa.open()).toEqual([])
    expect((await rosa.past())[0]).toMatchObject({ state: 'resolved', reason: 'check-in', outcome: 'all-well', by: 'system' })
    expect(saidTo(rosa.seen)).toEqual(['terminal: check-in', 'terminal: over'])
    await rosa.wait(minutes(60))
    expect(rosa.told).toEqual([])
  })

  test('unanswered, it is a call for the centre to make; still unanswered, it is an alarm for everybody', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.wait(minutes(10))
    expect(rosa.told).toEqual(['the centre by siren'])
    expect(await rosa.alarm()).toMatchObject({ reason: 'check-in', priority: 3, detail: { stage: 'call' } })
    await rosa.wait(minutes(20))
    expect(rosa.told).toEqual(['the centre by siren', 'anna by push'])
    expect(await rosa.alarm()).toMatchObject({ reason: 'inactivity', priority: 2, detail: { because: 'silence', checkIn: 'unanswered' } })
    await rosa.wait(minutes(2))
    expect(rosa.told.at(-1)).toBe('ben by call')
  })

  test('a home without a terminal is called by the centre at once', async () => {
    const rosa = await home()
    await rosa.checkIn('morning', null)
    await rosa.wait(seconds(2))
    expect(rosa.told).toEqual(['the centre by siren'])
    expect(saidTo(rosa.seen)).toEqual([])
  })

  test('out and not back: what stays unanswered is called what it is', async () => {
    const rosa = await home()
    await rosa.checkIn('not-back', null)
    await rosa.wait(minutes(21))
    expect(await rosa.alarm()).toMatchObject({ reason: 'not-back', priority: 2 })
  })

  test('the carer who calls her and reaches her closes it; nobody else is rung', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.wait(minutes(11))
    await rosa.acknowledge('cui')
    await rosa.note('cui', 'called')
    await rosa.resolve('cui', 'all-well')
    await rosa.wait(minutes(60))
    expect(rosa.told).toEqual(['the centre by siren'])
  })

  test('a carer who takes the call and forgets it gives it back, to the centre and not to the family', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.wait(minutes(11))
    await rosa.acknowledge('cui')
    await rosa.wait(seconds(95))
    expect(rosa.told).toEqual(['the centre by siren', 'the centre by siren'])
    await rosa.wait(minutes(20))
    expect(await rosa.alarm()).toMatchObject({ reason: 'inactivity', priority: 2 })
  })
})

describe('the question and other calls', () => {
  test('the limit of the alarm passes while she is being asked: it is an alarm at once, and one alarm', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.wait(minutes(3))
    await rosa.quietFor(4)
    await rosa.wait(seconds(2))
    expect(rosa.told).toEqual(['anna by push'])
    expect(await rosa.alarm()).toMatchObject({ reason: 'inactivity', priority: 2, detail: { limitHours: 4 } })
    await rosa.wait(minutes(2))
    expect(rosa.told.at(-1)).toBe('ben by call')
  })

  test('an SOS while she is being asked is an SOS: pressing for help never means "all is well"', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.press()
    await rosa.signOfLife()
    expect((await rosa.open()).map(({ kind }) => kind)).toEqual(['sos'])
  })

  test('whoever already has an open call for help is not asked', async () => {
    const rosa = await home()
    await rosa.press()
    await rosa.checkIn()
    expect((await rosa.open()).map(({ kind }) => kind)).toEqual(['sos'])
  })

  test('the same silence is not asked about twice', async () => {
    const rosa = await home()
    await rosa.checkIn('silence', 'terminal', 'check-in:rosa:1')
    await rosa.signOfLife()
    await rosa.checkIn('silence', 'terminal', 'check-in:rosa:1')
    expect(await rosa.open()).toEqual([])
  })

  test('a restart in the middle of the question forgets nothing', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.wait(minutes(9))
    await rosa.restart()
    await rosa.wait(minutes(2))
    expect(rosa.told).toEqual(['the centre by siren'])
    await rosa.restart()
    await rosa.wait(minutes(20))
    expect(await rosa.alarm()).toMatchObject({ reason: 'inactivity' })
  })

  test('an alarm of silence is not closed by a sign of life: a person looks', async () => {
    const rosa = await home()
    await rosa.checkIn()
    await rosa.wait(minutes(31))
    const at = rosa.clock.now()
    await rosa.signOfLife()
    expect(await rosa.alarm()).toMatchObject({ reason: 'inactivity', clearedAt: at })
  })
})
