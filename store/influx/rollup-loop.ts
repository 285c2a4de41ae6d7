/** Sums up now and then what is due, in small steps between which the sending of readings goes first. */
import { systemClock } from '../../domain/clock.ts'
import { sentenceOf } from '../../domain/log.ts'
import { milliseconds } from '../../domain/time.ts'
import type { Client } from './client.ts'
import { settingsAt } from './places.ts'
import { hasSums, passesOf, type RollupNeeds, rollUp } from './rollup.ts'
import { type Server, writePathOf } from './server.ts'
import type { InfluxSettings, InfluxTimings } from './settings.ts'
import { openWriter } from './writer.ts'

/** Between two questions of a city's day. */
const restMs = 200

type Needs = {
  client: Client
  settings: InfluxSettings
  timings: Pick<InfluxTimings, 'rollupMs'>
  /** Null while nobody answers. */
  server: () => Server | null
  devices: () => number
  warn: (sentence: string) => void
}

/** The first time is soon after the start: a machine that is off at night must not miss its turn. */
export function startRollup({ client, settings, timings, server, devices, warn }: Needs): { stop(): void } {
  let [isStopped, isBusy, warned] = [false, false, '']
  const rest = () => new Promise<void>((resolve) => void systemClock.later(milliseconds(restMs), resolve))
  const goOn = async () => {
    await rest()
    return !isStopped && server() !== null
  }

  async function turn(): Promise<void> {
    const found = server()
    if (!found || isBusy || isStopped) return
    isBusy = true
    try {
      await sumUp(rollupNeeds({ client, settings, server: found, devices: devices() }, goOn), found)
      warned = ''
    } catch (error) {
      const sentence = `Sums by hour and day could not be brought up to date in InfluxDB; it is tried again: ${sentenceOf(error)}`
      if (!isStopped && sentence !== warned) warn(sentence)
      warned = sentence
    } finally {
      isBusy = false
    }
  }

  const stopTurns = systemClock.every(milliseconds(timings.rollupMs), () => void turn())
  return {
    stop() {
      isStopped = true
      stopTurns()
    },
  }
}

/** 3 makes a database of what is written to it; elsewhere who has set up no place for sums wants none. */
async function sumUp(needs: RollupNeeds, { kind }: Server): Promise<void> {
  if (kind !== '3' && !(await hasSums(needs))) return
  for (const pass of passesOf(kind)) await rollUp(needs, pass, systemClock.now())
}

type Parts = { client: Client; settings: InfluxSettings; server: Server; devices: number }

/** What `rollUp` needs of a server. */
export function rollupNeeds({ client, settings, server, devices }: Parts, goOn: () => Promise<boolean>): RollupNeeds {
  const { kind } = server
  const writerTo = (every: 'raw' | 'hourly' | 'daily') => {
    const at = settingsAt(kind, settings, every)
    return openWriter(client, { ...server, writePath: kind === '1' ? writePathOf(at) : null }, at)
  }
  const writers = { raw: writerTo('raw'), hourly: writerTo('hourly'), daily: writerTo('daily') }
  return { client, settings, kind, devices, goOn, write: (every, lines) => writers[every].write(lines) }
}
