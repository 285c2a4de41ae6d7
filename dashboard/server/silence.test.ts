/** Where somebody is, over HTTP: with an end, recorded, and only by those who answer for her. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { days, hours, instant } from '../../domain/time.ts'
import type { ChangesAnswer, ModeAnswer, SilenceAnswer } from '../contracts.ts'
import { openWorld, type Signed, shiftedClock, type World } from './world.contract.ts'

let world: World
let operator: Signed
let stranger: Signed
const clock = shiftedClock()

beforeAll(async () => {
  const changed = (residentId: string) => ({ residentId, changes: [{ kind: 'less-active' as const, before: 200, now: 90 }] })
  const changesOf = (siteId: string) => ({ lastDay: '2026-11-22', people: [changed(`res-${siteId}-2`), changed('res-gone')] })
  world = await openWorld({ clock, changesOf })
  await world.addUsers()
  operator = await world.signIn('op-a')
  stranger = await world.signIn('op-b')
})
afterAll(() => world.close())

const setMode = (payload: unknown, { headers }: Signed = operator) =>
  world.ask({ method: 'POST', url: '/api/residents/res-a-1/mode', payload: payload as object, headers })

describe('a mode', () => {
  test.each([
    ['away', hours(12)],
    ['hospital', days(30)],
    ['guest', hours(24)],
    ['holiday', days(14)],
  ] as const)('%s ends by itself', async (mode, length) => {
    const before = clock.now()
    const answer = (await setMode({ mode })).json<ModeAnswer>()
    expect(answer).toMatchObject({ residentId: 'res-a-1', mode })
    expect((answer.modeUntil ?? 0) - before - length).toBeLessThan(60_000)
    expect((answer.modeUntil ?? 0) - before).toBeGreaterThanOrEqual(length)
    expect((await world.directory.card('res-a-1'))?.resident).toMatchObject({ mode, modeUntil: answer.modeUntil })
  })

  test('an end that is asked for holds, unless it is past or years away', async () => {
    const tomorrow = clock.now() + days(1)
    expect((await setMode({ mode: 'away', until: tomorrow })).json<ModeAnswer>().modeUntil).toBe(tomorrow)
    const past = (await setMode({ mode: 'away', until: clock.now() - 1 })).json<ModeAnswer>().modeUntil ?? 0
    expect(past).toBeGreaterThan(clock.now() + hours(11))
    const years = (await setMode({ mode: 'hospital', until: clock.now() + days(3_000) })).json<ModeAnswer>().modeUntil ?? 0
    expect(years).toBeLessThan(clock.now() + days(181))
  })

  test('home has no end, and every change is recorded with who made it', async () => {
    expect((await setMode({ mode: 'home' })).json()).toEqual({ residentId: 'res-a-1', mode: 'home', modeUntil: null })
    const lines = await world.accounts.auditLines(0, 1_000)
    expect(lines.filter(({ action }) => action.startsWith('mode-')).at(-1)).toMatchObject({
      ...{ userId: operator.me.id, action: 'mode-home', subjectId: 'res-a-1' },
    })
  })

  test('somebody of another site cannot tell that she exists; an unknown mode is refused', async () => {
    expect((await setMode({ mode: 'away' }, stranger)).statusCode).toBe(404)
    expect((await setMode({ mode: 'gone' })).statusCode).toBe(400)
    expect((await world.directory.card('res-a-1'))?.resident.mode).toBe('home')
  })
})

describe('how it stands with a silence', () => {
  const ask = ({ headers }: Signed = operator) => world.ask({ method: 'GET', url: '/api/residents/res-a-1/silence', headers })

  test('today, over what is usual; nobody is judged of whom too little is known', async () => {
    const device = await world.directory.device('btn-a-1')
    const at = instant(clock.now() - 25 * 60_000)
    world.silence.active(device?.residentNumber ?? 0, device?.number ?? 0, at)
    await world.storage.telemetry.record([
      { device: device?.number ?? 0, resident: device?.residentNumber ?? 0, kind: 'button', at, value: 1 },
    ])
    const answer = (await ask()).json<SilenceAnswer>()
    expect(answer).toMatchObject({ sight: 'seen', blindSince: null, mode: 'home', lastAt: at, lastRoom: 'SECRET-A', dueAt: null })
    expect(answer.usual).toEqual({ within: [], longest: [] })
    const known = answer.today.silent.filter((minutes) => minutes !== null)
    expect(answer.today.silent).toHaveLength(145)
    expect(Math.max(...known)).toBeLessThanOrEqual(25)
    expect(known.length).toBeGreaterThan(0)
  })

  test('it is looked at by her own site alone, and each look is recorded', async () => {
    expect((await ask(stranger)).statusCode).toBe(404)
    const lines = await world.accounts.auditLines(0, 1_000)
    expect(lines.filter(({ action }) => action === 'look-silence').map(({ userId }) => userId)).toEqual([operator.me.id])
  })
})

describe('the weekly notice', () => {
  const ask = (site: string) => world.ask({ method: 'GET', url: `/api/sites/${site}/changes`, headers: operator.headers })

  test('names who changed, and only in the own site', async () => {
    expect((await ask('a')).json<ChangesAnswer>()).toEqual({
      lastDay: '2026-11-22',
      people: [
        {
          residentId: 'res-a-2',
          person: 'SECRET-A 王秀英',
          label: expect.stringContaining('a-2'),
          changes: [{ kind: 'less-active', before: 200, now: 90 }],
        },
      ],
    })
    expect((await ask('b')).statusCode).toBe(404)
  })
})
