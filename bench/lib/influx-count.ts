/** Counts what became of every reading that was thanked: in InfluxDB, in the platform's own books, or nowhere. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../domain/clock.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import type { Range } from '../../store/sqlite/telemetry/spool-messages.ts'
import { influxql, type RealServer } from './influxd.ts'
import type { Victim } from './victim.ts'

export type Counts = { sent: number; stored: number; reportedDropped: number; missing: number; duplicated: number }

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Presses and the mains are not: sent again they are new readings. */
const counted = `"kind" = 'heartbeat' OR "kind" = 'motion'`

const total = async (server: RealServer) =>
  Number((await influxql(server.url, `SELECT count("value") FROM "reading" WHERE ${counted}`, 'anling').catch(() => []))[0]?.[1] ?? 0)

/** Waits while points still come in; gives up when for five seconds none has come. */
export async function untilStored(server: RealServer, sent: number): Promise<void> {
  let [stored, quietSince] = [await total(server), performance.now()]
  while (stored < sent && performance.now() - quietSince < 5_000) {
    await wait(200)
    const now = await total(server)
    if (now !== stored) quietSince = performance.now()
    stored = now
  }
}

/** What the platform's own books say; they are nobody else's to read while it runs. `waiting`: readings in the spool, neither sent nor dropped. */
function spoolOf(folder: string): { dropped: number; waiting: number } {
  const telemetry = new DatabaseSync(join(folder, 'telemetry.db'), { readOnly: true })
  const spool = telemetry.prepare('select ranges, dropped_readings + refused_readings as dropped from spool').get()
  const held = telemetry.prepare('select coalesce(sum(readings), 0) as readings from journal where seq > ? and seq <= ?')
  const ranges = JSON.parse(String(spool?.ranges)) as readonly Range[]
  const waiting = ranges.reduce((sum, { after, upTo }) => sum + Number(held.get(after, upTo ?? Number.MAX_SAFE_INTEGER)?.readings), 0)
  telemetry.close()
  return { dropped: Number(spool?.dropped), waiting }
}

/** On a machine that is busy with other things a few seconds are not always enough. */
const startsMost = 20

/** Stops it once nothing waits in its spool: only then everything it took is stored or counted as dropped. Throws when that never comes. */
export async function stopDrained(victim: Victim, folder: string, seconds: number): Promise<void> {
  for (let starts = 0; starts < startsMost; starts++) {
    if (!victim.running()) await victim.start()
    await wait(seconds * 1_000)
    await victim.stop()
    if (spoolOf(folder).waiting === 0) return
  }
  throw new Error(`After ${startsMost} starts ${spoolOf(folder).waiting} readings still wait, and InfluxDB answers.`)
}

/** Device by device and kind by kind: what was thanked, what is there, and what the platform says it dropped. */
export async function countAll(server: RealServer, folder: string, sent: ReadonlyMap<string, number>): Promise<Counts> {
  const care = openDatabase({ dataDir: folder, clock: systemClock, onTrouble: () => {}, onFatal: () => {} })
  const ids = new Map((await openDirectory(care).devices('all')).map(({ number, id }) => [String(number), id]))
  care.close()
  const stored = new Map<string, number>()
  for (const [, , device, kind] of await influxql(
    server.url,
    `SELECT "value", "device"::tag, "kind"::tag FROM "reading" WHERE ${counted}`,
    'anling',
  )) {
    const key = `${ids.get(String(device))} ${kind}`
    stored.set(key, (stored.get(key) ?? 0) + 1)
  }
  const reportedDropped = spoolOf(folder).dropped
  let [absent, duplicated] = [0, 0]
  for (const key of new Set([...stored.keys(), ...sent.keys()])) {
    const more = (stored.get(key) ?? 0) - (sent.get(key) ?? 0)
    if (more < 0) absent -= more
    else duplicated += more
  }
  const there = [...stored.values()].reduce((sum, count) => sum + count, 0)
  const thanked = [...sent.values()].reduce((sum, count) => sum + count, 0)
  return { sent: thanked, stored: there, reportedDropped, missing: absent - reportedDropped, duplicated }
}
