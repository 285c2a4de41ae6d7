/**
 * `npm run bench:deadlines`: one process that keeps a million residents' routines and silence deadlines, 16,667 signs of life a second.
 * Each sign is learned and gives a new deadline; once a second one pass over a column of numbers finds who is due. No timer for anybody.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { field, profileWords, setLong } from '../alerts/routine/layout.ts'
import { dueAt, learn, openProfile, type Profile, profileVersion, serialiseProfile, silenceOf } from '../alerts/routine/routine.ts'
import { openRandom } from '../devices-sim/random.ts'
import { instant } from '../domain/time.ts'
import { machine, percentiles, report } from './lib/figures.ts'

const { values } = parseArgs({
  options: {
    residents: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '16667' },
    seconds: { type: 'string', default: '30' },
    json: { type: 'boolean' },
  },
})
const residents = Number(values.residents)
const rate = Number(values.rate)
const seconds = Number(values.seconds)
const hour = 3_600_000
/** So many deadlines fall into the measured time: what a bad morning might bring. */
const dueInRun = Math.min(20_000, Math.floor(residents / 10))

console.log('machine', machine())
const before = process.memoryUsage()
const town = openTown()
const used = process.memoryUsage()
const bytesPerResident = Math.round((used.arrayBuffers + used.heapUsed - before.arrayBuffers - before.heapUsed) / residents)
console.log(
  `${residents} residents: ${bytesPerResident} bytes each in memory, ${serialiseProfile(openProfile()).byteLength} bytes each when kept`,
)

const figures = await run()
const lateness = percentiles(figures.late)
const latenessMaxMs = Math.round(figures.late.reduce((most, late) => Math.max(most, late), 0))
console.log(
  `${figures.events} signs of life at ${Math.round(figures.events / figures.lasted)}/s: ${figures.cpuMicrosPerEvent} µs of CPU each (learn and deadline)`,
)
console.log(`a pass over all deadlines: ${figures.passMs} ms of CPU a second`)
console.log(
  `${figures.late.length} deadlines passed; lateness p50 ${lateness.p50} ms, p99 ${lateness.p99} ms, worst ${latenessMaxMs} ms (bar 2,000)`,
)
report({ residents, perSecond: rate, ...figures, late: lateness, latenessMaxMs, dueFound: figures.late.length, bytesPerResident })
process.exit(0)

/** Routines in one block of memory: each begins with two weeks of somebody's life, so that deadlines are worked out from full tables. */
function openTown() {
  const block = new Uint16Array(residents * profileWords)
  const dues = new Float64Array(residents).fill(Number.POSITIVE_INFINITY)
  const profiles: Profile[] = []
  const patterns = Array.from({ length: 16 }, (_, seed) => twoWeeks(seed))
  for (let number = 0; number < residents; number += 1) {
    const profile = block.subarray(number * profileWords, (number + 1) * profileWords) as Profile
    profile.set(patterns[number % patterns.length] as Profile)
    profiles.push(profile)
  }
  return { profiles, dues }
}

function twoWeeks(seed: number): Profile {
  const profile = openProfile()
  const random = openRandom(seed, 3)
  const now = Date.now()
  for (let at = now - 14 * 24 * hour; at < now - 60_000; at += random.next() ** 3 * 3 * hour) {
    learn(profile, {
      kind: 'sign',
      at: instant(at),
      offset: 480,
      source: random.whole(1, 8),
      state: 1,
      certainty: 0.5,
      isExit: random.chance(0.02),
    })
  }
  if (profile[field.version] !== profileVersion) throw new Error('the routine is not of this version')
  return profile
}

/** Puts deadlines into the measured time by moving the begin of a silence back: they are then found as any other. */
function plantDeadlines(from: number): Set<number> {
  const planted = new Set<number>()
  const random = openRandom(5, 1)
  while (planted.size < dueInRun) {
    const number = random.whole(0, residents - 1)
    if (planted.has(number)) continue
    planted.add(number)
    const profile = town.profiles[number] as Profile
    profile[field.flags] = 0
    const silence = silenceOf(profile)
    if (!silence) continue
    const limit = dueAt(profile, silence) - silence.since
    const since = Math.floor((from + random.next() * (seconds - 3) * 1_000 - limit) / 1_000)
    setLong(profile, field.since, since)
    setLong(profile, field.lastAt, since)
    town.dues[number] = dueOf(profile)
  }
  return planted
}

function dueOf(profile: Profile): number {
  const silence = silenceOf(profile)
  return silence ? dueAt(profile, silence) : Number.POSITIVE_INFINITY
}

type Figures = { events: number; lasted: number; cpuMicrosPerEvent: number; passMs: number; late: number[] }

async function run(): Promise<Figures> {
  const planted = plantDeadlines(Date.now() + 1_000)
  const random = openRandom(7, 7)
  const late: number[] = []
  let [events, learnCpu, passCpu, passes] = [0, 0, 0, 0]
  const from = performance.now()
  let nextPass = from + 1_000
  while (performance.now() - from < seconds * 1_000) {
    const owed = Math.floor(((performance.now() - from) / 1_000) * rate) - events
    learnCpu += cpuOf(() => hearAll(owed, random, planted))
    events += owed
    if (performance.now() >= nextPass) {
      nextPass += 1_000
      passes += 1
      passCpu += cpuOf(() => findDue(late))
    }
    await sleep(20)
  }
  const lasted = (performance.now() - from) / 1_000
  return {
    ...{ events, lasted: Math.round(lasted * 10) / 10, late },
    cpuMicrosPerEvent: Math.round((learnCpu / events) * 100) / 100,
    passMs: Math.round(passCpu / passes / 100) / 10,
  }
}

function hearAll(count: number, random: ReturnType<typeof openRandom>, planted: ReadonlySet<number>): void {
  const now = instant(Date.now())
  for (let n = 0; n < count; n += 1) {
    const number = random.whole(0, residents - 1)
    if (planted.has(number)) continue
    const profile = town.profiles[number] as Profile
    learn(profile, { kind: 'sign', at: now, offset: 480, source: random.whole(1, 8), state: 1, certainty: 0.5, isExit: false })
    town.dues[number] = dueOf(profile)
  }
}

function findDue(late: number[]): void {
  const now = Date.now()
  const { dues } = town
  for (let number = 0; number < residents; number += 1) {
    const due = dues[number] as number
    if (due > now) continue
    late.push(now - due)
    dues[number] = Number.POSITIVE_INFINITY
  }
}

/** Microseconds of CPU, user and system, that `work` took. */
function cpuOf(work: () => void): number {
  const begin = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(begin)
  return user + system
}
