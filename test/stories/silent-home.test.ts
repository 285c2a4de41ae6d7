/** The whole way of a silence, on the real watch, desk and stores: learned, asked about, answered or not, through a restart. */
import { describe, expect, test } from 'vitest'
import { hours, instant, minutes, type Span } from '../../domain/time.ts'
import { noon, type Rosa, rosaAtHome, silentUntil } from '../silent-home.ts'

test('asked by her terminal, she answers; the next time she does not, and a restart in between forgets nothing', async () => {
  const rosa = await rosaAtHome()
  await rosa.sign('door-rosa')
  await rosa.sign('move-rosa')
  await rosa.wait(minutes(4))
  await rosa.sign('move-rosa')
  await rosa.sign('move-rosa')
  expect(await silentUntil(rosa, hours(6))).toBeLessThan(5)
  expect([await rosa.open(), rosa.said]).toEqual([['check-in 3'], ['term-rosa: check-in']])

  await rosa.sign('term-rosa')
  await rosa.wait(minutes(1))
  expect([await rosa.open(), rosa.said.at(-1)]).toEqual([[], 'term-rosa: over'])
  expect((await rosa.past())[0]).toMatchObject({ outcome: 'all-well', by: 'system' })

  expect(await silentUntil(rosa, hours(6))).toBeLessThan(6)
  await rosa.restart()
  await rosa.wait(minutes(34))
  expect(await rosa.open()).toEqual(['inactivity 2'])
  expect((await rosa.past())[0]?.detail).toMatchObject({ rule: 'learned', checkIn: 'unanswered' })
}, 60_000)

test('in hospital nobody asks; home again she starts anew', async () => {
  const rosa = await rosaAtHome()
  await rosa.sign('move-rosa')
  await rosa.directory().setMode('rosa', { mode: 'hospital', until: instant(noon + hours(72)) })
  await rosa.wait(hours(3))
  expect([await rosa.open(), rosa.silence().standing(rosa.number(), instant(noon + hours(3))).limit]).toEqual([[], null])
  await rosa.directory().setMode('rosa', { mode: 'home', until: null })
  await rosa.wait(minutes(40))
  expect(await rosa.open()).toEqual([])
}, 60_000)

const away = async (rosa: Rosa) => {
  await rosa.sign('move-rosa')
  await rosa.directory().setMode('rosa', { mode: 'holiday', until: instant(noon + hours(240)) })
  await rosa.wait(minutes(5))
  await rosa.sign('door-rosa')
  await rosa.wait(minutes(50))
}
const mode = async (rosa: Rosa) => (await rosa.directory().card('rosa'))?.resident.mode
const stir = async (rosa: Rosa, span: Span) => {
  for (let left = span as number; left > 0; left -= minutes(6)) {
    await rosa.sign('move-rosa')
    await rosa.wait(minutes(6))
  }
}

test('whoever waters the flowers does not end a holiday; she, home early, does: said, recorded, and watched again', async () => {
  const rosa = await rosaAtHome()
  await away(rosa)
  await rosa.sign('door-rosa')
  await stir(rosa, minutes(24))
  await rosa.sign('door-rosa')
  await rosa.wait(minutes(40))
  expect([await mode(rosa), await rosa.open()]).toEqual(['holiday', []])

  const since = rosa.clock.now()
  await rosa.sign('door-rosa')
  await stir(rosa, minutes(30))
  await rosa.restart()
  await rosa.sign('door-rosa')
  await stir(rosa, minutes(60))
  expect(await mode(rosa)).toBe('home')
  const standing = rosa.silence().standing(rosa.number(), rosa.clock.now())
  expect(standing).toMatchObject({ mode: 'home', returnedAt: since + minutes(30), limit: { isDue: false } })
  const lines = (await rosa.record()).filter(({ action }) => action === 'mode-home')
  expect(lines).toMatchObject([{ userId: 'system', subjectId: 'rosa', detail: expect.stringContaining('before the end of holiday') }])
  expect(await silentUntil(rosa, hours(12))).toBeLessThan(12)
}, 60_000)

test('after a restart the card still says since when she is home', async () => {
  const rosa = await rosaAtHome()
  await away(rosa)
  const since = rosa.clock.now()
  await rosa.sign('door-rosa')
  await rosa.wait(minutes(12))
  await rosa.sign('term-rosa')
  await rosa.wait(minutes(2))
  await rosa.restart()
  expect(rosa.silence().standing(rosa.number(), rosa.clock.now())).toMatchObject({ mode: 'home', returnedAt: since })
}, 60_000)

const all = ['term-rosa', 'move-rosa', 'door-rosa']
const standing = (rosa: Rosa) => rosa.silence().standing(rosa.number(), rosa.clock.now())
/** Past the one who came in by the door: judged at home, not by the not-back timer. */
const atHome = async (rosa: Rosa) => {
  await rosa.sign('move-rosa')
  await rosa.hear(all, minutes(2))
  await rosa.sign('move-rosa')
}

describe('which silence it is', () => {
  test('the terminal: her home is out of sight, not she; after four hours somebody is asked to call, and its return starts anew', async () => {
    const rosa = await rosaAtHome()
    await atHome(rosa)
    await rosa.hear([], hours(2))
    expect(standing(rosa)).toMatchObject({ sight: 'terminal', limit: null })
    expect(await rosa.open()).toEqual(['device-silent 2'])
    await rosa.hear([], hours(3))
    expect((await rosa.open()).sort()).toEqual(['device-silent 2', 'home-unseen 2'])
    await rosa.wait(minutes(10))
    expect(standing(rosa)).toMatchObject({ sight: 'seen', limit: { isDue: false } })
    expect((await rosa.open()).some((alarm) => alarm.startsWith('inactivity') || alarm.startsWith('check-in'))).toBe(false)
  }, 60_000)

  test('the sensors: with all of them silent she is not judged; with one of them alive she is, more patiently', async () => {
    const rosa = await rosaAtHome({ promises: true })
    await atHome(rosa)
    await rosa.hear(['term-rosa'], minutes(90))
    expect(standing(rosa)).toMatchObject({ sight: 'sensor', limit: null })
    const other = await rosaAtHome({ promises: true })
    await atHome(other)
    await other.hear(['term-rosa', 'door-rosa'], minutes(90))
    expect(standing(other)).toMatchObject({ sight: 'seen', isPartlySeen: true })
  }, 60_000)

  test('she: everything is heard, and no sign of life', async () => {
    const rosa = await rosaAtHome({ promises: true })
    await atHome(rosa)
    for (let waited = 0; waited < hours(6) && (await rosa.open()).length === 0; waited += minutes(10)) await rosa.hear(all, minutes(10))
    expect([await rosa.open(), standing(rosa).sight]).toEqual([['check-in 3'], 'seen'])
  }, 60_000)
})

describe('the modes', () => {
  test('away until five: not judged before, judged anew after', async () => {
    const rosa = await rosaAtHome()
    await rosa.sign('move-rosa')
    await rosa.directory().setMode('rosa', { mode: 'away', until: instant(noon + hours(5)) })
    await rosa.wait(minutes(299))
    expect([await rosa.open(), standing(rosa).limit]).toEqual([[], null])
    await rosa.wait(minutes(10))
    expect(standing(rosa)).toMatchObject({ mode: 'home', limit: { isDue: false } })
    expect(await rosa.open()).toEqual([])
  }, 60_000)

  test('guests: she is asked all the same', async () => {
    const rosa = await rosaAtHome()
    await atHome(rosa)
    await rosa.directory().setMode('rosa', { mode: 'guest', until: instant(noon + hours(20)) })
    expect(await silentUntil(rosa, hours(6))).toBeLessThan(6)
    expect(await rosa.open()).toEqual(['check-in 3'])
  }, 60_000)
})

test('the clock jumps half a day ahead and back: her silence is as long as it was', async () => {
  const rosa = await rosaAtHome()
  await atHome(rosa)
  await rosa.wait(minutes(30))
  rosa.clock.turn(hours(12))
  await rosa.wait(minutes(10))
  rosa.clock.turn(-hours(12))
  await rosa.wait(minutes(10))
  const { limit, lastAt } = standing(rosa)
  expect(await rosa.open()).toEqual([])
  expect(Math.abs(rosa.clock.now() - (lastAt ?? 0) - minutes(50))).toBeLessThan(minutes(2))
  expect(limit?.isDue).toBe(false)
  expect(await silentUntil(rosa, hours(6))).toBeGreaterThan(0.5)
}, 60_000)
