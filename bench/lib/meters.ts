/** What a measured process says of itself when asked: CPU spent, memory, and its own counters. */
import { readFileSync } from 'node:fs'

export type Ports = { mqttPort: number; httpPort: number; setupCode?: string }
export type Meters = Ports & { cpuMicros: number; rssKiB: number; counters: Readonly<Record<string, number>> }

/** Resident memory in KiB, after a collection when the process was started with --expose-gc. */
function residentKiB(): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
  return line ? Number(line[1]) : process.memoryUsage.rss() / 1024
}

/** Answers every message of the parent with the figures of this moment; CPU counts all threads. */
export function answerMeters(counters: () => Readonly<Record<string, number>>, ports: Ports): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    const answer: Meters = { ...ports, cpuMicros: user + system, rssKiB: residentKiB(), counters: counters() }
    process.send?.(answer)
  })
  process.on('disconnect', () => process.exit(0))
}
