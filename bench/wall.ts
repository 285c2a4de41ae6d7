/** `npm run bench:wall`: the real wall in a real browser, slowed down 4 times, with 10,000 homes of which 1,000 change a second, and 2 alarms a second. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import type { Snapshot } from '../dashboard/contracts.ts'
import { openBrowser } from '../test/browser/chromium.ts'
import { machine, percentiles, report } from './lib/figures.ts'
import { type Child, startChild } from './lib/loader.ts'
import type { Meters } from './lib/meters.ts'
import { ask, type SignedIn, signIn } from './lib/wall.ts'
import { liveADay } from './lib/wall-day.ts'
import { type Noted, openProbe, type Probe } from './lib/wall-probe.ts'
import { openTown, seedTown, type Town } from './lib/wall-town.ts'

const { values } = parseArgs({
  options: {
    homes: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '30' },
    outage: { type: 'string', default: '60' },
    slower: { type: 'string', default: '4' },
    /** A day of alarms as well: about a minute more. */
    day: { type: 'boolean' },
    json: { type: 'boolean' },
  },
})
const [homes, seconds, outage, slower] = [Number(values.homes), Number(values.seconds), Number(values.outage), Number(values.slower)]
const changesPerSecond = 1_000
const alarmsPerSecond = 2
const openFor = 1_500

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const round = (value: number) => Math.round(value * 10) / 10

/** p50 and p95 and the worst, nearest rank. */
function summary(found: readonly number[]) {
  const sorted = [...found].sort((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN)
  return { p50: percentiles(found).p50, p95: at(0.95), max: at(1), n: found.length }
}

type Stage = { server: Child<object, Meters>; signed: SignedIn; page: Page; probe: Probe; town: Town }

/** Calls twice a second, and each call is answered and closed by somebody else a moment later, as in a busy centre. */
async function callAndAnswer({ town, signed }: Stage): Promise<void> {
  const closing: Promise<void>[] = []
  for (let n = 0; n < seconds * alarmsPerSecond; n += 1) {
    await town.press((n * 37) % homes)
    closing.push(pause(openFor).then(() => closeAll(signed)))
    await pause(1_000 / alarmsPerSecond)
  }
  await Promise.all(closing)
}

let closingNow = false
async function closeAll(signed: SignedIn): Promise<void> {
  if (closingNow) return
  closingNow = true
  const { alarms } = (await (await ask(signed, '/api/wall')).json()) as Snapshot
  for (const { alarm } of alarms.slice(0, Math.max(0, alarms.length - 3))) {
    await ask(signed, `/api/alarms/${alarm.id}/acknowledge`, {})
    await ask(signed, `/api/alarms/${alarm.id}/resolve`, { outcome: 'help-given', text: '' })
  }
  closingNow = false
}

async function steady(stage: Stage) {
  const { probe, town } = stage
  const before = { noted: await probe.noted(), busy: await probe.busySeconds(), thanked: town.thanked(), at: performance.now() }
  const stop = town.move(changesPerSecond)
  await callAndAnswer(stage)
  stop()
  const noted: Noted = await probe.noted()
  const busy = (await probe.busySeconds()) - before.busy
  const frames = noted.frames - before.noted.frames
  const long = noted.longTasks.slice(before.noted.longTasks.length)
  return {
    painted: summary(noted.shown),
    receipt: summary(noted.painted.map(({ socket }) => socket)),
    wholeWay: summary(noted.painted.map(({ whole }) => whole)),
    changesPerSecond: Math.round(((town.thanked() - before.thanked) / (performance.now() - before.at)) * 1_000),
    frame: { mainThreadMs: round((busy * 1_000) / frames), perSecond: Math.round((frames * 1_000) / (performance.now() - before.at)) },
    longTasks: { n: long.length, max: round(Math.max(0, ...long)) },
  }
}

/** The server stands still: how soon the wall says so, and how soon it is right again. */
async function freeze({ server, page }: Stage) {
  const lost = page.locator('.lost')
  server.process.kill('SIGSTOP')
  const frozenAt = performance.now()
  await lost.waitFor({ timeout: 30_000 })
  const bannerMs = Math.round(performance.now() - frozenAt)
  await pause(Math.max(0, outage * 1_000 - bannerMs))
  server.process.kill('SIGCONT')
  const backAt = performance.now()
  await lost.waitFor({ state: 'detached', timeout: 60_000 })
  return { bannerMs, reconnectMs: Math.round(performance.now() - backAt), outageSeconds: outage }
}

async function snapshotSize(signed: SignedIn) {
  const text = await (await ask(signed, '/api/wall')).text()
  return { bytes: text.length, gzipBytes: gzipSync(text).length }
}

const folder = mkdtempSync(join(tmpdir(), 'anling-wall-'))
console.log('machine', machine())
await seedTown(folder, homes)
const server = startChild<object, Meters>('server.ts', ['--data', folder])
const { mqttPort, httpPort, setupCode } = await server.ask({})
const origin = `http://127.0.0.1:${httpPort}`
const signed = await signIn(origin, setupCode ?? '')
const town = await openTown(mqttPort, homes)
const browser = await openBrowser()
const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
const [name = '', value = ''] = signed.cookie.split('=')
await context.addCookies([{ name, value, url: origin }])
const page = await context.newPage()
const probe = await openProbe(page, slower)
await page.goto(origin)
await page.locator('.duty .begin').click()
await page.locator('.homes canvas').waitFor()
const stage: Stage = { server, signed, page, probe, town }
await pause(5_000)
const first = await probe.noted()
const snapshot = await snapshotSize(signed)
const opening = { firstPaintMs: Math.round(first.firstPaintAt), snapshotPaintMs: Math.round(first.firstPaintAt - first.snapshotAt) }
console.log(`first paint ${opening.firstPaintMs} ms after the navigation, ${opening.snapshotPaintMs} ms after the snapshot (bar 1,000)`)
console.log(`snapshot ${snapshot.bytes} bytes, ${snapshot.gzipBytes} with gzip (bar 300 KiB)`)
const figures = await steady(stage)
console.log(
  `event → painted p50 ${figures.painted.p50} ms, p95 ${figures.painted.p95} (bar 100), max ${figures.painted.max}, n ${figures.painted.n}`,
)
console.log(
  `event → the wall's own receipt p50 ${figures.receipt.p50} ms, p95 ${figures.receipt.p95}, max ${figures.receipt.max}, n ${figures.receipt.n}`,
)
console.log(`press received → receipt p50 ${figures.wholeWay.p50} ms, p95 ${figures.wholeWay.p95}`)
console.log(
  `main thread ${figures.frame.mainThreadMs} ms a frame (bar 8) at ${figures.frame.perSecond} frames/s; ${figures.longTasks.n} long tasks, the longest ${figures.longTasks.max} ms`,
)
console.log(`${figures.changesPerSecond} homes changed a second`)
if (values.day) await probe.rest()
const memory = values.day ? await liveADay({ page, signed, town, homes }) : null
if (memory)
  console.log(
    `memory ${memory.hour6?.megabytes} MB after 6 hours, ${memory.hour24?.megabytes} after 24 (bar +1), ${memory.alarms} alarms; nodes ${memory.hour6?.nodes} → ${memory.hour24?.nodes}`,
  )
const trouble = await freeze(stage)
console.log(
  `banner ${trouble.bannerMs} ms after the freeze (bar 6,000); right again ${trouble.reconnectMs} ms after ${outage} s of outage (bar 1,000)`,
)
town.close()
await browser.close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
report({ homes, slower, ...figures, snapshot, ...opening, memory, ...trouble })
process.exit(0)
