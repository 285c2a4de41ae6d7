/** The live wall over real sockets: who may listen, that nothing is missed or out of order whatever races, and that no screen holds up another. */
import { describe, expect, test } from 'vitest'
import { openDesk } from '../../alerts/desk.ts'
import { systemClock } from '../../domain/clock.ts'
import type { StoredFact } from '../../store/store.ts'
import type { Beat, LiveFact, Snapshot, WallAlarm } from '../contracts.ts'
import { openPeopledWorlds, screenOf } from './peopled.contract.ts'
import { hearFacts, hello, pressOf, type Screen, siteRows, snapshotOf, until, type World } from './world.contract.ts'

/** Nobody paints what is pressed here: with a clock that stands the platform never finds that it should have been by now. */
const peopled = openPeopledWorlds({ clock: { ...systemClock, elapsed: () => 0 } })

/** What a screen shows: the snapshot, and every fact after it. */
function pictureOf(snapshot: Snapshot, facts: readonly LiveFact[]): Map<string, WallAlarm['alarm']> {
  const picture = new Map(snapshot.alarms.map(({ alarm }) => [alarm.id, alarm]))
  for (const { alarm } of facts) {
    if (alarm?.alarm.state === 'resolved') picture.delete(alarm.alarm.id)
    else if (alarm) picture.set(alarm.alarm.id, alarm.alarm)
  }
  return picture
}

const nextBeat = (screen: Screen): Promise<Beat> => new Promise((resolve) => screen.once('beat', resolve))

describe('who may listen', () => {
  test('only this origin’s own pages with a session', async () => {
    const world = await peopled()
    const { cookie } = await world.signIn('op-a')
    await world.screen(cookie)
    const refused = [
      world.screen(cookie, { origin: 'https://evil.example' }),
      world.screen(cookie, { origin: 'null' }),
      world.screen(cookie, { origin: world.url.replace('http:', 'https:') }),
      world.screen(''),
      world.screen(`anling=${'x'.repeat(43)}`),
      world.screen(cookie, { host: 'evil.example', origin: 'http://evil.example' }),
    ]
    for (const attempt of refused) await expect(attempt).rejects.toThrow()
    expect(world.dashboard.liveScreens().connected).toBe(1)
  })

  test('not by polling, where a browser does not say where it comes from', async () => {
    const world = await peopled()
    const { cookie } = await world.signIn('op-a')
    const answer = await fetch(`${world.url}/socket.io/?EIO=4&transport=polling`, { headers: { cookie, origin: world.url } })
    expect(answer.status).toBe(400)
  })

  test('what makes no sense ends the connection and nothing else', async () => {
    const world = await peopled()
    const { cookie } = await world.signIn('op-a')
    const words: [string, ...unknown[]][] = [['hello', 'yes', () => {}], ['hello'], ['hello', -1, () => {}], ['hello', null, 'no function']]
    for (const [event, ...args] of words) {
      const screen = await world.screen(cookie)
      ;(screen.emit as (event: string, ...args: unknown[]) => void)(event, ...args)
      await until(() => screen.disconnected)
    }
    const screen = await world.screen(cookie)
    for (const noise of [null, {}, { alarmId: 1 }, { alarmId: 'x', presses: 'many' }]) {
      ;(screen.emit as (event: string, ...args: unknown[]) => void)('painted', noise)
      ;(screen.emit as (event: string, ...args: unknown[]) => void)('watch', noise)
    }
    expect((await snapshotOf(screen)).alarms).toEqual([])
  })

  test('other connections are handed on, or closed', async () => {
    const handed: string[] = []
    const world = await peopled({
      onUpgrade: (request, socket) => {
        if (request.url !== '/mqtt') return false
        handed.push(request.url)
        socket.end('HTTP/1.1 418 tea\r\n\r\n')
        return true
      },
    })
    const ended = (path: string) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${world.url.replace('http', 'ws')}${path}`)
        socket.onerror = resolve
        socket.onclose = resolve
      })
    await ended('/mqtt')
    await ended('/other')
    expect(handed).toEqual(['/mqtt'])
  })
})

describe('the stream', () => {
  const rows = [siteRows('a', 12), siteRows('b', 12)]

  test('a screen that joins in the middle of a storm shows what the store holds, with no gap and nothing twice', async () => {
    const world = await peopled({ rows })
    const { cookie } = await world.signIn('root')
    const storm = Array.from({ length: 240 }, (_, n) => world.press(`res-${n % 2 ? 'a' : 'b'}-${(n % 12) + 1}`, `press-${n}`))
    const joined = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const screen = await world.screen(cookie)
        const facts = hearFacts(screen)
        return { facts, snapshot: await snapshotOf(screen) }
      }),
    )
    await Promise.all(storm)
    const last = await world.store.lastSeq()
    await until(() => joined.every(({ facts, snapshot }) => (facts.at(-1)?.seq ?? snapshot.seq) >= last))
    const open = await world.store.openAlarms('all')
    for (const { facts, snapshot } of joined) {
      expect(facts.map(({ seq }) => seq)).toEqual(Array.from({ length: last - snapshot.seq }, (_, n) => snapshot.seq + 1 + n))
      expect(pictureOf(snapshot, facts)).toEqual(new Map(open.map((alarm) => [alarm.id, alarm])))
    }
  })

  test('rings that come late, twice, in the wrong order or never change nothing of that', async () => {
    const world = await peopled({ rows })
    const held: StoredFact[][] = []
    const mischief = { publish: (facts: readonly StoredFact[]) => void held.push([...facts]) }
    const desk = openDesk({ ...world, bus: mischief, clock: { elapsed: () => 0 }, log() {}, onBroken() {} })
    const screen = await screenOf(world, 'root')
    const facts = hearFacts(screen)
    const snapshot = await snapshotOf(screen)
    for (let n = 0; n < 40; n += 1) await desk.handle(pressOf(`res-a-${(n % 12) + 1}`, `p-${n}`))
    const [never, ...rest] = held
    for (const ring of [...rest.reverse(), ...rest]) world.bus.publish(ring)
    await until(() => (facts.at(-1)?.seq ?? 0) >= 40)
    expect(never?.[0]?.seq).toBe(1)
    expect(facts.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => snapshot.seq + 1 + n))
    // And one that never rings at all is found at a beat.
    await desk.handle(pressOf('res-a-1', 'silent'))
    await until(() => facts.at(-1)?.seq === 41)
  })

  test('a screen that was away asks for what came since, and gets its own sites’ facts only', async () => {
    const world = await peopled({ rows })
    const first = await screenOf(world, 'op-a')
    const before = await snapshotOf(first)
    first.disconnect()
    for (let n = 1; n <= 6; n += 1) await world.press(`res-${n % 2 ? 'a' : 'b'}-${n}`, `p-${n}`)
    const again = await screenOf(world, 'op-a')
    const reply = await hello(again, before.seq)
    expect('facts' in reply && reply.facts.map(({ place }) => place.title)).toEqual(['3-2-a-1', '3-2-a-3', '3-2-a-5'])
    const { seq } = 'facts' in reply ? reply : { seq: 0 }
    expect(await hello(again, seq)).toEqual({ facts: [], seq })
    const future = await hello(again, 1_000_000)
    expect('snapshot' in future && future.snapshot.alarms.length).toBe(3)
    const beat = await nextBeat(again)
    expect([beat.seq, beat.open]).toEqual([seq, 3])
  })

  test('carries where and who with every fact, and a new name after the directory changed', async () => {
    const world = await peopled({ rows })
    const screen = await screenOf(world, 'op-a')
    const facts = hearFacts(screen)
    await snapshotOf(screen)
    await world.press('res-a-1', 'p-1')
    await until(() => facts.length === 1)
    expect(facts[0]?.place).toMatchObject({
      siteId: 'a',
      building: '3',
      unit: '2',
      door: 'a-1',
      person: 'SECRET-A 王秀英',
      timeZone: 'Asia/Shanghai',
    })
    const [person] = siteRows('a').residents
    if (person) await world.directory.put({ residents: [{ ...person, name: '王改名' }] })
    await world.press('res-a-1', 'p-2')
    await until(() => facts.length === 2)
    expect(facts[1]?.place.person).toBe('王改名')
  })
})

describe('the beat', () => {
  test('tells the homes that changed, and calls for a new start when the list of homes did', async () => {
    const world = await peopled()
    const screen = await screenOf(world, 'op-a')
    const other = await screenOf(world, 'op-b')
    const resyncs: string[] = []
    screen.on('resync', () => void resyncs.push('a'))
    other.on('resync', () => void resyncs.push('b'))
    const { homes, sites } = await snapshotOf(screen)
    await snapshotOf(other)
    expect(homes).toMatchObject({ residentIds: ['res-a-1', 'res-a-2', 'res-a-3'], states: [0, 0, 0], activeAt: [0, 0, 0] })
    expect(sites.map(({ id }) => id)).toEqual(['a'])
    const number = (await world.directory.card('res-a-2'))?.resident.number ?? 0
    const seen: Beat['homes'][number][] = []
    screen.on('beat', (beat) => void seen.push(...beat.homes))
    world.silence.active(number, 1, 1_750_000_000_000 as Beat['at'])
    await until(() => seen.length > 0)
    expect(seen).toEqual([['res-a-2', 0, 1_750_000_000_000]])
    const [person] = siteRows('a').residents
    if (person) await world.directory.put({ residents: [{ ...person, mode: 'hospital' }] })
    await until(() => seen.length > 1)
    expect([seen[1]?.[0], seen[1]?.[1], resyncs]).toEqual(['res-a-1', 1, []])
    await world.directory.remove('contacts', 'con-a-3')
    await world.directory.remove('devices', 'btn-a-3')
    await world.directory.remove('residents', 'res-a-3')
    await until(() => resyncs.length > 0)
    expect(new Set(resyncs)).toEqual(new Set(['a']))
    expect((await snapshotOf(screen)).homes.residentIds).toEqual(['res-a-1', 'res-a-2'])
    // A change that somebody else's question noticed first is told to those who were there before.
    await world.directory.put({ ...siteRows('a', 4) })
    const { headers } = await world.signIn('op-a')
    const homesNow = async () => (await world.ask({ url: '/api/wall', headers })).json<Snapshot>().homes.residentIds
    await until(async () => (await homesNow()).length === 4)
    await until(() => resyncs.length > 1)
    expect(new Set(resyncs)).toEqual(new Set(['a']))
  })

  test('goes on while the store does not answer, and so do the facts', async () => {
    const world = await peopled()
    const screen = await screenOf(world, 'op-a')
    await snapshotOf(screen)
    world.store.lastSeq = () => new Promise(() => {})
    const facts = hearFacts(screen)
    for (let n = 1; n <= 3; n += 1) {
      await nextBeat(screen)
      await world.press('res-a-1', `p-${n}`)
      await until(() => facts.length === n)
    }
  })
})

describe('a wall of 10,000 homes', () => {
  test('is one message, and a second screen asks the directory nothing', async () => {
    const world = await peopled({ rows: [siteRows('a', 10_000)] })
    const first = await screenOf(world, 'op-a')
    expect((await snapshotOf(first)).homes.residentIds.length).toBe(10_000)
    let asked = 0
    const { residents, devices } = world.directory
    world.directory.residents = (...given) => {
      asked += 1
      return residents(...given)
    }
    world.directory.devices = (...given) => {
      asked += 1
      return devices(...given)
    }
    const second = await screenOf(world, 'op-a')
    expect((await snapshotOf(second)).homes.labels.length).toBe(10_000)
    expect(asked).toBe(0)
    await expectTurns(world)
  })
})

/** Lists of the office are read and sent in pieces: a press may come between two of them. */
async function expectTurns(world: World): Promise<void> {
  const { headers } = await world.signIn('root')
  for (const [url, least] of [
    ['/api/rows', 60],
    ['/api/rows/devices', 30],
    ['/api/device-board', 30],
  ] as const) {
    let [turns, isDone] = [0, false]
    const count = () => {
      turns += 1
      if (!isDone) setImmediate(count)
    }
    count()
    const answer = await world.ask({ url, headers })
    isDone = true
    expect([url, answer.statusCode]).toEqual([url, 200])
    expect(turns, url).toBeGreaterThan(least)
  }
}
