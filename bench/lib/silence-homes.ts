/** Recorded homes as `bench:silence` reads them: NAME.csv.gz, NAME.away.csv.gz and homes.json of one folder. Their wall clock is taken as the time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'

export const hour = 3_600_000
export const day = 24 * hour
/** A record in which nobody was heard for longer is a record with a hole: no person sits still for a day and then goes on. */
export const holeMin = day

/** Time that must not be judged or must not teach, and why. Synthetic homes know; recorded homes know labelled absences only. */
export type Stretch = { from: number; to: number; why: string }

export type Home = {
  name: string
  /** Signs of life in order of time; milliseconds by the clock on the wall of the home. */
  at: Float64Array
  /** Index of the room, from 1. */
  source: Uint16Array
  state: Uint8Array
  isExit: Uint8Array
  /** Her bed, or the activity of sleeping: its state is that she lies in it. */
  isBed: Uint8Array
  /** Local minus UTC in minutes at each event; `at` is UTC. Recorded homes: 0. */
  offset: Int16Array
  certainty: Float32Array
  away: readonly Stretch[]
  /** What the platform is told or sees: from when to when the home is blind, in hospital, has a guest … Empty for recorded homes. */
  told: readonly Stretch[]
}

type Meta = { rooms: Record<string, string>; exterior_door?: readonly string[] }
type Row = { at: number; sensor: string; value: string }

/** A bed or mattress that says so itself, or sleep as an activity; not the bedroom, its door or its lamp. */
const isBedName = (sensor: string): boolean =>
  /(^|[^a-z])(sleep(ing)?|bed|mattress)([^a-z]|$)/i.test(sensor) && !/door|light|lamp|tv|drawer|switch/i.test(sensor)
const isOn = (value: string): boolean => /^(on|open|start|present|true|1)$/i.test(value)
const timeOf = (text: string): number => Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`)

/** All homes of a folder, by name. Throws when the folder holds none. */
export function loadHomes(folder: string): Home[] {
  const metaFile = join(folder, 'homes.json')
  const metas = existsSync(metaFile) ? (JSON.parse(readFileSync(metaFile, 'utf8')) as Record<string, Meta>) : {}
  const names = readdirSync(folder)
    .filter((file) => /\.csv(\.gz)?$/.test(file) && !/\.away\.csv/.test(file))
    .map((file) => file.replace(/\.csv(\.gz)?$/, ''))
    .sort()
  if (names.length === 0) throw new Error(`no homes (NAME.csv.gz) in ${folder}`)
  return names.map((name) => loadHome(folder, name, metas[name] ?? { rooms: {} }))
}

function records(folder: string, file: string): Record<string, string>[] {
  const zipped = join(folder, `${file}.csv.gz`)
  const plain = join(folder, `${file}.csv`)
  if (!existsSync(zipped) && !existsSync(plain)) return []
  const text = existsSync(zipped) ? gunzipSync(readFileSync(zipped)) : readFileSync(plain)
  return parse(text, { columns: true, skip_empty_lines: true, bom: true }) as Record<string, string>[]
}

function loadHome(folder: string, name: string, meta: Meta): Home {
  const rows = records(folder, name)
    .map((row): Row => ({ at: timeOf(row.ts ?? ''), sensor: row.sensor ?? '', value: row.value ?? '' }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at)
  const away = records(folder, `${name}.away`).map((row) => ({ from: timeOf(row.start ?? ''), to: timeOf(row.end ?? ''), why: 'away' }))
  const exits = new Set(meta.exterior_door ?? [])
  const rooms = new Map<string, number>()
  const roomOf = (sensor: string): number => {
    const room = meta.rooms?.[sensor] ?? sensor
    const known = rooms.get(room)
    if (known !== undefined) return known
    rooms.set(room, rooms.size + 1)
    return rooms.size
  }
  return {
    ...{ name, away, told: [] },
    at: Float64Array.from(rows, ({ at }) => at),
    source: Uint16Array.from(rows, ({ sensor }) => roomOf(sensor)),
    state: Uint8Array.from(rows, ({ value }) => (isOn(value) ? 1 : 0)),
    isExit: Uint8Array.from(rows, ({ sensor }) => (exits.has(sensor) ? 1 : 0)),
    isBed: Uint8Array.from(rows, ({ sensor }) => (isBedName(sensor) ? 1 : 0)),
    offset: new Int16Array(rows.length),
    certainty: new Float32Array(rows.length).fill(0.5),
  }
}
