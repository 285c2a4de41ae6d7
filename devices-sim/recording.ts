/** A recorded home (CSV `ts,sensor,kind,value`, gzip or plain) as rows in order, and as the devices it needs. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Role } from '../domain/device.ts'
import { type Instant, instant } from '../domain/time.ts'

export type RecordedEvent = { at: Instant; sensor: string; kind: 'motion' | 'door'; active: boolean }
export type RecordedSensor = { sensor: string; deviceId: string; role: Role; room: string }

const begins: ReadonlySet<string> = new Set(['ON', 'OPEN', '1', 'TRUE', 'START'])
const ends: ReadonlySet<string> = new Set(['OFF', 'CLOSE', 'CLOSED', '0', 'FALSE', 'END'])

/** One line; null for the header, for other kinds and for lines that make no sense. A time without a zone is taken as UTC. */
export function parseRecorded(line: string): RecordedEvent | null {
  const [time, sensor, kind, value] = line.trim().split(',')
  if (!time || !sensor || (kind !== 'motion' && kind !== 'door')) return null
  const word = (value ?? '').toUpperCase()
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`)
  if (Number.isNaN(at) || !(begins.has(word) || ends.has(word))) return null
  return { at: instant(at), sensor, kind, active: begins.has(word) }
}

/** The events of the file, one by one; months of them fit through. Throws when the file cannot be read. */
export async function* readRecording(path: string): AsyncGenerator<RecordedEvent> {
  let rest = ''
  for await (const chunk of textOf(path)) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = parseRecorded(line)
      if (event) yield event
    }
  }
  const last = parseRecorded(rest)
  if (last) yield last
}

function textOf(path: string): AsyncIterable<string> {
  const file = createReadStream(path)
  if (!path.endsWith('.gz')) return file.setEncoding('utf8')
  // The reader of the result hears of every trouble; there is nothing left to do for the callback.
  return pipeline(file, createGunzip(), () => {}).setEncoding('utf8')
}

/** A device id for each sensor of a recording, under the terminal's own name. */
export function deviceIdOf(terminalId: string, sensor: string): string {
  const plain = sensor.replace(/[^A-Za-z0-9_-]/g, '-').toLowerCase()
  return `${terminalId}-${plain}`.slice(0, 64)
}

/** All sensors of a recording: what must stand in the directory before it is replayed. */
export async function sensorsOf(path: string, terminalId: string): Promise<RecordedSensor[]> {
  const sensors = new Map<string, RecordedSensor>()
  for await (const { sensor, kind } of readRecording(path)) {
    if (sensors.has(sensor)) continue
    const role = kind === 'door' ? 'front-door' : 'motion'
    sensors.set(sensor, { sensor, deviceId: deviceIdOf(terminalId, sensor), role, room: sensor })
  }
  return [...sensors.values()]
}
