/** `npm run bench:cockpit`: the cockpit of a city with 1,000 sites and 100,000 homes: its first answer, what a refresh costs server and screen, and whether a press waits for it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { CDPSession, Page } from 'playwright-core'
import type { Cockpit } from '../dashboard/contracts-maps.ts'
import { openBrowser } from '../test/browser/chromium.ts'
import { measureAlone } from './lib/cockpit-alone.ts'
import { type Callers, type CitySize, openCallers, seedCity } from './lib/cockpit-city.ts'
import { machine, percentiles, report } from './lib/figures.ts'
import { type Child, startChild } from './lib/loader.ts'
import type { Meters } from './lib/meters.ts'
import { ask, type SignedIn, signIn } from './lib/wall.ts'

const { values } = parseArgs({
  options: {
    sites: { type: 'string', default: '1000' },
    homes: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '30' },
    screens: { type: 'string', default: '5' },
    slower: { type: 'string', default: '4' },
    /** Only the adding-up. */
    alone: { type: 'boolean' },
    json: { type: 'boolean' },
  },
})
const [sites, homes, seconds, screens, slower] = [values.sites, values.homes, values.seconds, values.screens, values.slower].map(
  Number,
) as [number, number, number, number, number]
const size: CitySize = { sites, homesPerSite: Math.ceil(homes / sites), alarmsOfAWeek: 5_000, callers: 200 }
const askEveryMs = 3_000
const callsPerSecond = 2
const openForMs = 6_000

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const round = (value: number) => Math.round(value * 10) / 10

type Server = Child<object, Meters>

async function sized(signed: SignedIn, path: string) {
  const from = performance.now()
  const text = await (await ask(signed, path)).text()
  return { ms: round(performance.now() - from), bytes: Buffer.byteLength(text), gzipBytes: gzipSync(text).length, text }
}
const withoutText = ({ text: _, ...figures }: Awaited<ReturnType<typeof sized>>) => figures

const cityMap = new URLSearchParams({ level: 'district', city: '云江市' })
const districtMap = new URLSearchParams({ level: 'street', city: '云江市', district: '第 1 区' })

/** As a browser does that has the answer. */
async function askedAgain(signed: SignedIn, path: string) {
  const etag = (await ask(signed, path)).headers.get('etag') ?? ''
  const from = performance.now()
  const answer = await fetch(`${signed.origin}${path}`, { headers: { cookie: signed.cookie, 'if-none-match': etag } })
  const text = await answer.text()
  return { status: answer.status, ms: round(performance.now() - from), bytes: Buffer.byteLength(text) }
}

/** Asks like a screen does, every three seconds, naming what it has. */
function startScreen(signed: SignedIn, into: { ms: number[]; bytes: number[] }): () => void {
  let [version, isOver] = ['', false]
  const run = async () => {
    while (!isOver) {
      const answer = await sized(signed, `/api/cockpit?mode=full&version=${version}`)
      if (version !== '') {
        into.ms.push(answer.ms)
        into.bytes.push(answer.bytes)
      }
      version = (JSON.parse(answer.text) as Cockpit).version
      await pause(askEveryMs)
    }
  }
  void run()
  return () => {
    isOver = true
  }
}

/** Calls twice a second for `seconds`. With `closing` each is taken and closed by somebody a few seconds later. Resolves with press → PUBACK. */
async function call(callers: Callers, closing: SignedIn | null): Promise<number[]> {
  const thanked: Promise<number>[] = []
  const timer = closing && setInterval(() => void closeOld(closing), askEveryMs)
  for (let n = 0; n < seconds * callsPerSecond; n += 1) {
    thanked.push(callers.press(n * 37))
    await pause(1_000 / callsPerSecond)
  }
  if (timer) clearInterval(timer)
  return Promise.all(thanked)
}

/** Whoever closes looks at the cockpit too, so a stretch in which nobody looks closes nothing. */
async function closeOld(signed: SignedIn): Promise<void> {
  const { alarms, at } = (await (await ask(signed, '/api/cockpit')).json()) as Cockpit
  for (const { key, raisedAt } of alarms) {
    if (at - raisedAt < openForMs) continue
    await ask(signed, `/api/alarms/${key}/acknowledge`, {})
    await ask(signed, `/api/alarms/${key}/resolve`, { outcome: 'help-given', text: '' })
  }
}

/** A stretch of calls with so many screens that look. */
async function stretch({ server, signed, callers }: { server: Server; signed: SignedIn; callers: Callers }, looking: number) {
  const into = { ms: [] as number[], bytes: [] as number[] }
  const before = await server.ask({})
  const stops = Array.from({ length: looking }, () => startScreen(signed, into))
  const presses = await call(callers, looking === 0 ? null : signed)
  for (const stop of stops) stop()
  const { cpuMicros, counters } = await server.ask({})
  return {
    press: percentiles(presses),
    loop: {
      p50: round(counters.loopP50 ?? Number.NaN),
      p95: round(counters.loopP95 ?? Number.NaN),
      max: round(counters.loopMax ?? Number.NaN),
    },
    cpuShare: round((cpuMicros - before.cpuMicros) / (seconds * 10_000)),
    refreshes: into.ms.length,
    answerMs: percentiles(into.ms),
    answerBytes: percentiles(into.bytes),
  }
}

async function openPage(signed: SignedIn): Promise<{ page: Page; session: CDPSession; close(): Promise<void> }> {
  const browser = await openBrowser()
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const [name = '', value = ''] = signed.cookie.split('=')
  await context.addCookies([{ name, value, url: signed.origin }])
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  return { page, session, close: () => browser.close() }
}

const busySeconds = async (session: CDPSession): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

/** Notes when the map or the tiles stand, and each long task. */
const probe = `(() => {
  window.noted = { firstPaintAt: 0, long: [], asks: 0 }
  new PerformanceObserver((list) => window.noted.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ['longtask'] })
  const native = window.fetch
  window.fetch = (...given) => {
    if (String(given[0] && given[0].url || given[0]).includes('/api/cockpit?')) window.noted.asks += 1
    return native(...given)
  }
  const frame = () => {
    if (document.querySelector('.cockpit .tile') && document.querySelector('.area-map')) {
      requestAnimationFrame(() => requestAnimationFrame(() => { window.noted.firstPaintAt = performance.now() }))
      return
    }
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
})()`

type Noted = { firstPaintAt: number; long: number[]; asks: number }

/** One level of the cockpit in a slow browser: until it is painted, and what each refresh costs its main thread. */
async function onScreen(signed: SignedIn, callers: Callers, path: string) {
  const { page, session, close } = await openPage(signed)
  await page.addInitScript({ content: probe })
  await page.goto(`${signed.origin}/#${path}`)
  while (((await page.evaluate('window.noted')) as Noted).firstPaintAt === 0) await pause(100)
  await pause(2_000)
  const first = (await page.evaluate('window.noted')) as Noted
  const busy = await busySeconds(session)
  await call(callers, signed)
  const last = (await page.evaluate('window.noted')) as Noted
  const spent = (await busySeconds(session)) - busy
  await close()
  const long = last.long.slice(first.long.length)
  return {
    firstPaintMs: Math.round(first.firstPaintAt),
    refreshMs: round((spent * 1_000) / Math.max(1, last.asks - first.asks)),
    refreshes: last.asks - first.asks,
    longTasks: { n: long.length, max: round(Math.max(0, ...long)) },
  }
}

const folder = mkdtempSync(join(tmpdir(), 'anling-cockpit-'))
console.log('machine', machine())
console.log(`writing a city of ${sites} sites and ${homes} homes …`)
await seedCity(folder, size)
const alone = await measureAlone(folder)
console.log(
  `adding up, with nothing else in the process: ${alone.refreshMs.p50} ms in all, its longest piece p50 ${alone.pieceMs.p50} ms, p99 ${alone.pieceMs.p99} (bar 2), max ${alone.pieceMs.max}; by the histogram ${alone.blockMs.p50}, ${alone.blockMs.p99}, ${alone.blockMs.max}; the first, which reads everything, ${round(alone.first.ms)} ms, its longest piece ${round(alone.first.piece)}`,
)
if (values.alone) {
  rmSync(folder, { recursive: true, force: true })
  report({ sites, homes, alone })
  process.exit(0)
}
const server: Server = startChild<object, Meters>('server.ts', ['--data', folder, '--loop'])
const { mqttPort, httpPort, setupCode } = await server.ask({})
const signed = await signIn(`http://127.0.0.1:${httpPort}`, setupCode ?? '')
const callers = await openCallers(mqttPort, size)
await pause(5_000)
await server.ask({})
await pause(1_500)
const cold = await sized(signed, '/api/cockpit')
await pause(1_500)
const { counters } = await server.ask({})
const first = {
  cold: { ...withoutText(cold), blockMs: round(counters.loopMax ?? Number.NaN) },
  warm: withoutText(await sized(signed, '/api/cockpit')),
  /** Every corner, as it was imported; then as the map of the city and of a district are sent, and what somebody who has it already is sent again. */
  outlines: withoutText(await sized(signed, '/api/maps/outlines')),
  cityMap: withoutText(await sized(signed, `/api/maps/outlines?${cityMap}`)),
  districtMap: withoutText(await sized(signed, `/api/maps/outlines?${districtMap}`)),
  again: await askedAgain(signed, `/api/maps/outlines?${cityMap}`),
}
console.log(
  `first answer: ${first.cold.ms} ms when nobody asked before, ${first.warm.ms} ms afterwards; ${first.warm.bytes} bytes, ${first.warm.gzipBytes} with gzip`,
)
console.log(
  `reading everything for it held the server up for at most ${first.cold.blockMs} ms; outlines as imported ${first.outlines.bytes} bytes, ${first.outlines.gzipBytes} with gzip, ${first.outlines.ms} ms; the map of the city ${first.cityMap.bytes} and ${first.cityMap.gzipBytes}, ${first.cityMap.ms} ms; of a district ${first.districtMap.bytes} and ${first.districtMap.gzipBytes}; asked again ${first.again.status}, ${first.again.bytes} bytes`,
)
const stage = { server, signed, callers }
const without = await stretch(stage, 0)
const watched = await stretch(stage, screens)
console.log(
  `a refresh: ${watched.answerMs.p50} ms p50, ${watched.answerMs.p99} p99; ${watched.answerBytes.p50} bytes p50, of ${watched.refreshes}`,
)
console.log(
  `longest stretch without a turn of the event loop, by second: p50 ${watched.loop.p50} ms, p95 ${watched.loop.p95}, max ${watched.loop.max} (bar 5); nobody looking: ${without.loop.p50}, ${without.loop.p95}, ${without.loop.max}`,
)
console.log(
  `press → PUBACK p50 ${watched.press.p50} ms, p99 ${watched.press.p99}; nobody looking: ${without.press.p50}, ${without.press.p99}`,
)
console.log(`processor ${watched.cpuShare} % of a core with ${screens} screens, ${without.cpuShare} % without`)
const city = await onScreen(signed, callers, '/cockpit')
const street = await onScreen(
  signed,
  callers,
  `/cockpit/${encodeURIComponent('云江市')}/${encodeURIComponent('第 1 区')}/${encodeURIComponent('第 1 街道')}`,
)
console.log(
  `city: painted ${city.firstPaintMs} ms after the navigation, ${city.refreshMs} ms of main thread a refresh, ${city.longTasks.n} long tasks, the longest ${city.longTasks.max} ms`,
)
console.log(
  `street: painted ${street.firstPaintMs} ms, ${street.refreshMs} ms a refresh, ${street.longTasks.n} long tasks, the longest ${street.longTasks.max} ms`,
)
callers.close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
report({ sites, homes, screens, slower, alone, first, without, watched, city, street })
process.exit(0)
