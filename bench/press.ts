/** `npm run bench:press`: from a press to PUBACK and to the screen, under durable heartbeats, beside a bare Aedes that stores nothing, and one that syncs each press to a file. */
import { tmpdir } from 'node:os'
import { machine, measureFsync, type Percentiles, percentiles, report } from './lib/figures.ts'
import { openRig, pressFor, type Side } from './lib/rig.ts'

type Figures = { puback: Percentiles; wall: Percentiles }

const rates = [0, 2_000, 10_000]
const perSecond = 25
const seconds = Number(process.env.BENCH_SECONDS ?? 12)
const rounds = Number(process.env.BENCH_ROUNDS ?? 2)

/** Milliseconds of one synced write of 4 KiB as a press meets it, once in 40 ms between heartbeats: medians of the runs at 2,000/s. Back to back it is quicker. */
const syncsMet: number[] = []

async function measure(side: Side, rate: number): Promise<{ puback: number[]; wall: number[] }> {
  const rig = await openRig({ side, beaters: 500, buttons: 300, pendantsEach: 1 })
  try {
    await rig.load.ask({ do: 'connect', port: rig.mqttPort, logins: rig.beaters, atOnce: 50 })
    await rig.load.ask({ do: 'rate', perSecond: rate, first: rig.beaters.length })
    await pressFor(rig, { perSecond: 10, seconds: 2 })
    const measured = await pressFor(rig, { perSecond, seconds })
    const load = await rig.load.ask({ do: 'stop' })
    if (side === 'synced' && rate === 2_000) syncsMet.push(((await rig.meters()).counters.syncMedianMicros ?? 0) / 1_000)
    console.log(
      `  ${side} at ${rate}/s: ${measured.wall.length} presses, ${Math.round(load.acknowledged / load.seconds)} heartbeats/s acknowledged`,
    )
    return measured
  } finally {
    await rig.close()
  }
}

async function compare(rate: number): Promise<Record<Side, Figures>> {
  const none = () => ({ puback: [] as number[], wall: [] as number[] })
  const values = { anling: none(), bare: none(), synced: none() }
  for (let round = 0; round < rounds; round++) {
    for (const side of ['bare', 'synced', 'anling'] as const) {
      const measured = await measure(side, rate)
      values[side].puback.push(...measured.puback)
      values[side].wall.push(...measured.wall)
    }
  }
  const figures = (side: Side) => ({ puback: percentiles(values[side].puback), wall: percentiles(values[side].wall) })
  return { anling: figures('anling'), bare: figures('bare'), synced: figures('synced') }
}

const line = (name: string, { p50, p99, p999 }: Percentiles) =>
  `${name.padEnd(28)} p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(2)}  p99.9 ${p999.toFixed(2)} ms`

console.log('machine', machine())
const fsync = measureFsync(tmpdir())
console.log(`one fsync: p50 ${fsync.p50} p99 ${fsync.p99} ms`)
const measured: Record<string, Figures> = {}
const bare: Record<string, Figures> = {}
const synced: Record<string, Figures> = {}
for (const rate of rates) {
  const both = await compare(rate)
  measured[rate] = both.anling
  bare[rate] = both.bare
  synced[rate] = both.synced
  console.log(`${rate} heartbeats/s`)
  console.log(`  ${line('anling press→PUBACK', both.anling.puback)}\n  ${line('bare   press→PUBACK', both.bare.puback)}`)
  console.log(`  ${line('bare, one synced write: →screen', both.synced.wall)}`)
  console.log(`  ${line('anling press→screen', both.anling.wall)}\n  ${line('bare   press→screen', both.bare.wall)}`)
}
const at2000 = { ours: measured['2000']?.wall, bare: bare['2000']?.wall }
if (at2000.ours && at2000.bare) {
  const p50Bar = at2000.bare.p50 + 2 * fsync.p50
  const p99Bar = 3 * at2000.bare.p99 + 4 * fsync.p99
  console.log(
    `bars at 2,000/s, press→screen: p50 ${at2000.ours.p50} ≤ ${p50Bar.toFixed(2)}: ${at2000.ours.p50 <= p50Bar}; p99 ${at2000.ours.p99} ≤ ${p99Bar.toFixed(2)}: ${at2000.ours.p99 <= p99Bar}`,
  )
}
const met = syncsMet.reduce((sum, one) => sum + one, 0) / Math.max(1, syncsMet.length)
console.log(`one synced write as a press meets it at 2,000/s: p50 ${met.toFixed(2)} ms`)
report({ rates: measured, bare, synced, fsync, syncMetP50: met })
process.exit(0)
