/** Heartbeats, motion and presses over real MQTT, while everything happens to InfluxDB that happens to a server; then every point is counted. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts'
import { type Percentiles, percentiles } from './figures.ts'
import { type Counts, countAll, stopDrained, untilStored } from './influx-count.ts'
import { troubleNames, troublesOf } from './influx-troubles.ts'
import { influxql, openInfluxd } from './influxd.ts'
import { p99Ratio, type Ratio } from './latency-ratio.ts'
import { openPressClient, type PressClient } from './press-client.ts'
import { loginOf, pendantId, seedFolder, terminalId } from './seed.ts'
import { openVictim, type Victim } from './victim.ts'
import { openWall, signIn } from './wall.ts'

export type InfluxProof = Counts & {
  wallP99Before: number
  wallP99During: number
  wallP50Before: number
  wallP50During: number
  /** p99 during trouble by p99 before it; and the same where nothing happened, which is what chance alone does to it. */
  wallP99Ratio: Ratio
  controlP99Ratio: Ratio
  /** While what had waited was sent on. */
  wallP50After: number
  wallP99After: number
  presses: number
  /** In milliseconds, trouble by trouble: in the calm before it, in it, and while what had waited was sent on. */
  troubles: readonly TroubleFigures[]
  /** Answers to writes, by status or fault. */
  writes: Readonly<Record<string, number>>
}

/**
 * `seconds`: length of each trouble, and of the calm before it. `only`: troubles by name; default: all.
 * `elsewhere`: InfluxDB gets only the processor time that nobody else wants: for latencies that are to be quoted.
 */
export type ProofNeeds = { homes: number; seconds: number; elsewhere: boolean; only?: readonly string[]; tell?: (line: string) => void }

const phases = ['before', 'during', 'after'] as const
type Phase = (typeof phases)[number]
export type TroubleFigures = { name: string } & Record<Phase, { presses: number; p50: number; p99: number }>

const namedMost = 24
/** A press that no screen has shown by then counts as this late. */
const unseenMs = 15_000

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A trouble that no write has come into is none: on a busy machine it lasts a little longer. */
const unmetMs = 15_000

export async function proveInflux({ homes, seconds, elsewhere, only = troubleNames, tell = () => {} }: ProofNeeds): Promise<InfluxProof> {
  const folder = mkdtempSync(join(tmpdir(), 'anling-influx-'))
  const server = await openInfluxd({ elsewhere })
  await server.start()
  await influxql(server.url, 'CREATE DATABASE "anling"')
  const proxy = await openFaultProxy(server.url)
  await seedFolder(folder, { homes, devicesPerHome: 2, credentials: homes })
  const environment = {
    ...{ INFLUX_URL: proxy.url, INFLUX_DATABASE: 'anling' },
    // As in earnest, only quicker, so that each trouble is met several times.
    ...{ ANLING_INFLUX_TIMEOUT_SECONDS: '2', ANLING_INFLUX_RETRY_SECONDS: '2' },
  }
  const victim = await openVictim(folder, { environment })
  await victim.start()
  const town = await openTown(victim, homes)
  await town.fill()
  await town.warm(seconds / 3)
  for (const trouble of troublesOf(server, proxy).filter(({ name }) => only.includes(name))) {
    tell(`  ${trouble.sentence}`)
    town.meets(trouble.name)
    await town.during('before', seconds)
    await trouble.begin()
    await town.during('during', seconds)
    for (const end = performance.now() + unmetMs; trouble.met?.() === false && performance.now() < end; ) await wait(50)
    await trouble.end()
    // What had waited is sent on first, and shown by itself: the next calm is a calm.
    const caughtUp = untilStored(server, town.sent())
    await Promise.all([town.during('after', seconds / 3), caughtUp])
  }
  await town.settle()
  await untilStored(server, town.sent())
  // The last trouble stored batches without saying so: once they are sent again and answered, none of them can be counted as dropped below.
  await stopDrained(victim, folder, 5)
  if (only.includes('overflow')) {
    tell('  gone for longer than the spool has room')
    await overflow({ folder, environment, proxy, town, seconds: Math.max(seconds, 6) }, victim)
  }
  await untilStored(server, town.sent())
  town.close()
  const result = { ...(await countAll(server, folder, town.points())), ...town.latencies(), writes: proxy.writes() }
  await proxy.close()
  await server.end()
  rmSync(folder, { recursive: true, force: true })
  return result
}

type Overflow = {
  folder: string
  environment: Record<string, string>
  proxy: FaultProxy
  town: Town
  seconds: number
}

/** Three times what 64 KiB hold. */
const tooMany = 6_000

/** The platform with a spool of 64 KiB, on the same folder and ports, while nobody answers: the oldest readings are dropped, and counted. */
async function overflow({ folder, environment, proxy, town, seconds }: Overflow, former: Victim): Promise<void> {
  proxy.set({ kind: 'gone' })
  const small = await openVictim(folder, { environment: { ...environment, ANLING_SPOOL_BYTES: '65536' }, ports: former })
  await small.start()
  town.resume()
  const before = town.sent()
  await wait(seconds * 1_000)
  // On a busy machine fewer readings come in a second, and it takes longer until there are too many.
  for (const end = performance.now() + 2 * unmetMs; town.sent() - before < tooMany && performance.now() < end; ) await wait(200)
  await town.settle()
  proxy.set({ kind: 'none' })
  await stopDrained(small, folder, 4)
}

type Town = Awaited<ReturnType<typeof openTown>>

/** Each terminal sends a heartbeat or a motion whenever the one before was thanked; a press every 50 ms comes from one of the pendants. */
async function openTown(victim: Victim, homes: number) {
  const clients = Array.from({ length: homes }, (_, n) => openPressClient({ login: loginOf(terminalId(n)), port: () => victim.mqttPort }))
  const state = { stopping: false, isPlain: false, pressed: 0, points: new Map<string, number>() }
  const seen = new Map<number, () => void>()
  const spans: Record<Phase, number[]> = { before: [], during: [], after: [] }
  const marks: Mark[] = []
  const lengths = (): Record<Phase, number> => ({ before: spans.before.length, during: spans.during.length, after: spans.after.length })
  const closeWall = await openWall(await signIn(victim.origin, victim.setupCode()), (fact) => {
    // An alarm names all its presses; the ones seen before are not waited for any more.
    for (const [, number] of JSON.stringify(fact).matchAll(/proof-press-(\d+)/g)) {
      seen.get(Number(number))?.()
      seen.delete(Number(number))
    }
  })
  const thanked = (key: string) => state.points.set(key, (state.points.get(key) ?? 0) + 1)
  let loops = clients.map((client, n) => beatOn(client, n, { state, thanked }))

  async function press(into: number[]): Promise<void> {
    const number = ++state.pressed
    const home = number % homes
    const from = performance.now()
    const shown = new Promise<number>((resolve) => seen.set(number, () => resolve(performance.now() - from)))
    const payload = JSON.stringify({ id: `proof-press-${number}`, at: Date.now() })
    await clients[home]?.press(`care/${pendantId(home)}/sos`, payload)
    into.push(await Promise.race([shown, wait(unseenMs).then(() => unseenMs)]))
  }

  return {
    /** An alarm names its first press and some twenty of the latest: with that list full, one press is like the next. */
    async fill(): Promise<void> {
      for (let round = 0; round < namedMost; round++) await Promise.all(clients.map(() => press([])))
    },
    /** The first presses after a start are slower by themselves: they count for nothing. */
    warm: (seconds: number) => pressFor(seconds, () => press([])),
    /** From now on presses count for this trouble, too. */
    meets: (name: string) => void marks.push({ name, from: lengths() }),
    during: (which: Phase, seconds: number) => pressFor(seconds, () => press(spans[which])),
    /** Resolves when everything sent was thanked. */
    async settle(): Promise<void> {
      state.stopping = true
      await Promise.all(loops)
    },
    /** Heartbeats and motion alone: every reading that is dropped from now on is one that is counted. */
    resume(): void {
      state.stopping = false
      state.isPlain = true
      loops = clients.map((client, n) => beatOn(client, n, { state, thanked }))
    },
    sent: () => [...state.points.values()].reduce((sum, count) => sum + count, 0),
    points: () => state.points,
    latencies: () => ({ ...latenciesOf(spans, marks, lengths()), presses: state.pressed }),
    close(): void {
      closeWall()
      for (const client of clients) client.close()
    },
  }
}

/** Resolves when all were shown. */
async function pressFor(seconds: number, press: () => Promise<void>): Promise<void> {
  const presses: Promise<void>[] = []
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await wait(25 + Math.random() * 50)) presses.push(press())
  await Promise.all(presses)
}

type Mark = { name: string; from: Record<Phase, number> }

function latenciesOf(spans: Record<Phase, number[]>, marks: readonly Mark[], end: Record<Phase, number>) {
  const stretches = marks.map(({ name, from }, i) => ({ name, spans, from, to: marks[i + 1]?.from ?? end }))
  /** Of all troubles, or of the control alone. */
  const of = (phase: Phase, isControl: boolean) =>
    stretches.filter(({ name }) => (name === 'nothing') === isControl).flatMap((stretch) => presses(stretch, phase))
  const [before, during, after] = phases.map((phase) => percentiles(of(phase, false))) as [Percentiles, Percentiles, Percentiles]
  return {
    ...{ wallP99Before: before.p99, wallP99During: during.p99, wallP99After: after.p99 },
    ...{ wallP50Before: before.p50, wallP50During: during.p50, wallP50After: after.p50 },
    wallP99Ratio: p99Ratio(of('before', false), of('during', false)),
    controlP99Ratio: p99Ratio(of('before', true), of('during', true)),
    troubles: stretches.map(figuresOf),
  }
}

type Stretch = { name: string; spans: Record<Phase, number[]>; from: Record<Phase, number>; to: Record<Phase, number> }

const presses = ({ spans, from, to }: Stretch, phase: Phase): readonly number[] => spans[phase].slice(from[phase], to[phase])

function figuresOf(stretch: Stretch): TroubleFigures {
  const of = (phase: Phase) => {
    const own = presses(stretch, phase)
    const { p50, p99 } = percentiles(own)
    return { presses: own.length, p50, p99 }
  }
  return { name: stretch.name, before: of('before'), during: of('during'), after: of('after') }
}

type Beating = { state: { stopping: boolean; isPlain: boolean }; thanked: (key: string) => void }

async function beatOn(client: PressClient, home: number, { state, thanked }: Beating): Promise<void> {
  let at = 0
  for (let n = 0; !state.stopping; n++) {
    const kind = n % 2 === 0 ? 'heartbeat' : 'motion'
    const payload = kind === 'heartbeat' ? { signal: -60 - (n % 20) } : { active: n % 4 === 1 }
    // It tells its own time, as after an hour offline: then a message that had to be sent again is the same reading, and can be counted.
    at = Math.max(at + 1, Date.now())
    await client.press(`care/${terminalId(home)}/${kind}`, JSON.stringify({ ...payload, at, replay: true }))
    // A live word now and then, so that nobody takes the terminal for silent. It is a reading of another kind, the first time only.
    if (n % 50 === 0 && !state.isPlain) await client.press(`care/${terminalId(home)}/power`, JSON.stringify({ mains: true }))
    thanked(`${terminalId(home)} ${kind}`)
    await wait(Math.random() * 50)
  }
}
