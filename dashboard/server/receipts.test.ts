/** The watchdog over the screens: a priority-1 press that nobody painted moves the plan on, once for each press, and a restart forgets none. */
import { afterEach, describe, expect, test } from 'vitest'
import { seconds } from '../../domain/time.ts'
import {
  openWorld,
  pressOf,
  type Screen,
  type ShiftedClock,
  shiftedClock,
  snapshotOf,
  until,
  type World,
  type WorldOptions,
} from './world.contract.ts'

const worlds: World[] = []
async function peopled(options: WorldOptions = {}): Promise<World & { clock: ShiftedClock }> {
  const clock = shiftedClock()
  const opened = await openWorld({ clock, ...options })
  worlds.push(opened)
  await opened.addUsers()
  return { ...opened, clock }
}
afterEach(async () => {
  for (const opened of worlds.splice(0)) await opened.close()
})

async function alarmOf(world: World) {
  const alarm = (await world.store.openAlarms('all'))[0]
  if (!alarm) throw new Error('There is no open alarm.')
  return alarm
}
const counts = async (world: World) => (await world.ask({ url: '/api/health' })).json<{ screens: Record<string, number> }>().screens
/** What the engine wrote on the alarm: at which press nobody had painted it. */
const unpaintedAt = async (world: World) => (await alarmOf(world)).detail.unpaintedAtPress

/** A screen that says of each alarm that it painted it, as an honest one does. */
async function painter(world: World, name: string): Promise<Screen> {
  const screen = await world.screen((await world.signIn(name)).cookie)
  const paint = (alarm: { id: string; presses: number } | undefined) =>
    alarm && screen.emit('painted', { alarmId: alarm.id, presses: alarm.presses })
  screen.on('facts', (facts) => {
    for (const fact of facts) paint(fact.alarm?.alarm)
  })
  for (const { alarm } of (await snapshotOf(screen)).alarms) paint(alarm)
  return screen
}

describe('a priority-1 press', () => {
  test('that no screen painted moves the plan on after 3 seconds, also when no screen is there', async () => {
    const world = await peopled()
    await world.press('res-a-1', 'p-1')
    expect(await unpaintedAt(world)).toBeUndefined()
    world.clock.shift(seconds(3))
    await until(async () => (await unpaintedAt(world)) === 1)
    expect(await alarmOf(world)).toMatchObject({ state: 'raised', planStep: 1 })
    const health = (await world.ask({ url: '/api/health' })).json<{ reasons: { code: string }[] }>()
    expect(health.reasons.map(({ code }) => code)).toContain('unpainted')
  })

  test('is told once, and its repetition once more', async () => {
    const world = await peopled()
    await world.press('res-a-1', 'p-1')
    world.clock.shift(seconds(3))
    await until(async () => (await counts(world)).unpainted === 1)
    world.clock.shift(seconds(60))
    await world.press('res-a-1', 'p-2')
    world.clock.shift(seconds(3))
    await until(async () => (await counts(world)).unpainted === 2)
    expect(await unpaintedAt(world)).toBe(2)
  })

  test('that a screen painted goes on as planned', async () => {
    const world = await peopled()
    await painter(world, 'op-a')
    await world.press('res-a-1', 'p-1')
    await until(async () => (await counts(world)).painted === 1)
    world.clock.shift(seconds(30))
    // Another one, unpainted because it belongs to a site without a screen, proves that the watchdog has looked since.
    await world.press('res-b-1', 'p-b')
    world.clock.shift(seconds(3))
    await until(async () => (await counts(world)).unpainted === 1)
    const [own] = await world.store.openAlarms(['a'])
    expect(own?.detail.unpaintedAtPress).toBeUndefined()
    expect(own).toMatchObject({ planStep: 0 })
  })

  test('is not painted by a screen of another site, nor by the receipt of an older press', async () => {
    const world = await peopled()
    await world.press('res-a-1', 'p-1')
    const { id } = await alarmOf(world)
    const foreign = await painter(world, 'op-b')
    foreign.emit('painted', { alarmId: id, presses: 1 })
    const own = await world.screen((await world.signIn('op-a')).cookie)
    await world.press('res-a-1', 'p-2')
    own.emit('painted', { alarmId: id, presses: 1 })
    own.emit('sounded', { alarmId: id, presses: 1 })
    await until(async () => (await counts(world)).sounded === 1)
    world.clock.shift(seconds(3))
    await until(async () => (await unpaintedAt(world)) === 2)
    expect(await counts(world)).toMatchObject({ painted: 1, unpainted: 1, waiting: 1 })
  })

  test('that a person answered needs no receipt', async () => {
    const world = await peopled()
    const { headers } = await world.signIn('op-a')
    await world.press('res-a-1', 'p-1')
    const { id } = await alarmOf(world)
    const answer = await world.ask({ method: 'POST', url: `/api/alarms/${encodeURIComponent(id)}/acknowledge`, payload: {}, headers })
    expect(answer.json()).toMatchObject({ alarm: { state: 'acknowledged', by: '坐席甲' } })
    expect(await counts(world)).toMatchObject({ waiting: 0 })
  })

  test('is told again until the store takes it', async () => {
    const world = await peopled()
    const { commit } = world.store
    await world.press('res-a-1', 'p-1')
    let refused = 0
    world.store.commit = async () => {
      refused += 1
      throw new Error('the disk is gone')
    }
    world.clock.shift(seconds(3))
    await until(() => refused >= 2)
    world.store.commit = commit
    await until(async () => (await unpaintedAt(world)) === 1)
  })
})

describe('after a restart', () => {
  test('what was open must be painted again, what was told is not told again', async () => {
    const first = await openWorld()
    await first.press('res-a-1', 'p-1')
    await first.desk.handle({ ...pressOf('res-a-2', 'p-2') })
    const told = (await first.store.openAlarms('all')).find(({ subjectId }) => subjectId === 'res-a-2')
    if (told)
      await first.desk.handle({ kind: 'unpainted-noticed', subjectId: told.subjectId, siteId: 'a', at: told.raisedAt, alarmId: told.id })
    await first.close({ keep: true })

    const second = await peopled({ dataDir: first.dataDir, rows: [] })
    expect(await counts(second)).toMatchObject({ unpainted: 0, waiting: 2 })
    second.clock.shift(seconds(10))
    await until(async () => (await counts(second)).unpainted === 1)
    const open = await second.store.openAlarms('all')
    expect(open.map(({ detail }) => detail.unpaintedAtPress)).toEqual([1, 1])
    await painter(second, 'op-a')
    await until(async () => (await counts(second)).waiting === 0)
  })
})

describe('watch', () => {
  test('a screen on watch that cannot sound is said in health', async () => {
    const world = await peopled()
    const screen = await painter(world, 'op-a')
    screen.emit('watch', { onDuty: true, soundRunning: false })
    await until(() => world.dashboard.liveScreens().onDuty === 1)
    const { reasons } = (await world.ask({ url: '/api/health' })).json<{ reasons: { code: string }[] }>()
    expect(reasons.map(({ code }) => code)).toEqual(['no-sound'])
    screen.emit('watch', { onDuty: true, soundRunning: true })
    await until(() => world.dashboard.liveScreens().sounding === 1)
    expect((await world.ask({ url: '/api/health' })).json()).toMatchObject({ state: 'ok', reasons: [] })
  })
})
