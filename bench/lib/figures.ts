/** Percentiles, the machine, and the one line of JSON that every measurement ends with. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'

export type Percentiles = { p50: number; p99: number; p999: number }

const round = (value: number): number => Math.round(value * 1000) / 1000

/** p50, p99 and p99.9 of `values` (nearest rank), in the unit of the values; NaN when there are none. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN)
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
}

export function machine(): Record<string, string | number> {
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    platform: `${os.platform()} ${os.release()}`,
  }
}

/** What one small append and fdatasync costs in `folder`, in milliseconds, over `times` of them. */
export function measureFsync(folder: string, times = 300): { p50: number; p99: number } {
  const scratch = mkdtempSync(join(folder, 'fsync-'))
  const file = openSync(join(scratch, 'f'), 'a')
  const bytes = Buffer.alloc(4096, 1)
  const spent: number[] = []
  for (let i = 0; i < times; i++) {
    const from = performance.now()
    writeSync(file, bytes)
    fdatasyncSync(file)
    spent.push(performance.now() - from)
  }
  closeSync(file)
  rmSync(scratch, { recursive: true })
  const { p50, p99 } = percentiles(spent)
  return { p50, p99 }
}

/** Prints the figures for people, and with `--json` ends with one line for programs. */
export function report(figures: Record<string, unknown>): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ...figures, machine: machine() }))
}
