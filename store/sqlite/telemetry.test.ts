/** The embedded telemetry store keeps the contracts, and what is its own: sealing, restart, retention, refusal of a strange file. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { days, hours, instant } from '../../domain/time.ts'
import { quarantineContract } from '../quarantine.contract.ts'
import { registersContract } from '../registers.contract.ts'
import { reading, telemetryContract } from '../telemetry.contract.ts'
import { payloadBytesMax } from './telemetry/keep.ts'
import { openTelemetry, quarantineEntriesMax, type Telemetry, type TelemetryNeeds } from './telemetry.ts'

const folders: string[] = []
const opened: Telemetry[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anling-telemetry-'))
  folders.push(folder)
  return folder
}

async function open(dataDir: string, more: Partial<TelemetryNeeds> = {}): Promise<Telemetry> {
  const telemetry = await openTelemetry({
    dataDir,
    clock: systemClock,
    log: () => {},
    windowMs: 2,
    reserveBytes: 0,
    onFatal: fail,
    ...more,
  })
  opened.push(telemetry)
  return telemetry
}

function fail(trouble: Error): void {
  throw trouble
}

afterEach(async () => {
  for (const telemetry of opened.splice(0)) await telemetry.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A store on its own folder that can be closed and opened again. */
async function underTest() {
  const dataDir = newFolder()
  let now = await open(dataDir)
  async function reopen(): Promise<Telemetry> {
    await now.close()
    now = await open(dataDir)
    return now
  }
  return { first: now, reopen, settle: () => now.compact(), end: () => now.close() }
}

telemetryContract('sqlite', async () => {
  const { first, reopen, settle, end } = await underTest()
  return { store: first.telemetry, reopen: async () => (await reopen()).telemetry, settle, end }
})

registersContract('sqlite', async () => {
  const { first, reopen, end } = await underTest()
  return { registers: first.registers, reopen: async () => (await reopen()).registers, end }
})

quarantineContract('sqlite', async () => {
  const { first, reopen, end } = await underTest()
  return {
    quarantine: first.quarantine,
    reopen: async () => (await reopen()).quarantine,
    end,
    entriesMax: quarantineEntriesMax,
    payloadBytesMax,
  }
})

const everything = { from: instant(-(2 ** 50)), to: instant(2 ** 50), limit: 100_000 }

test('retention drops whole runs by when they were recorded, whatever the devices claim', async () => {
  const dataDir = newFolder()
  let today = 1_790_000_000_000
  const clock = { ...systemClock, now: () => instant(today) }
  const { telemetry, compact } = await open(dataDir, { clock, retention: days(90) })
  await telemetry.record([reading(1, 0), reading(1, 400 * 86_400)])
  await compact()
  today += days(89)
  await telemetry.record([reading(1, 60)])
  await compact()
  expect(await telemetry.readings({ device: 1, ...everything })).toHaveLength(3)
  today += days(2)
  await compact()
  expect((await telemetry.readings({ device: 1, ...everything })).map((r) => r.at)).toEqual([reading(1, 60).at])
  expect((await telemetry.counts()).readings).toBe(1)
})

test('a garbage flood shares the commits of its windows', async () => {
  const { telemetry, quarantine } = await open(newFolder())
  const bad = { at: instant(1), senderId: 's', topic: 't', reason: 'undecodable', why: '', payload: randomBytes(20) } as const
  await Promise.all(Array.from({ length: 5_000 }, () => quarantine.put(bad)))
  expect((await telemetry.counts()).commits).toBeLessThanOrEqual(20)
})

test('too little free disk refuses readings, says since when, counts them; registers and quarantine go on', async () => {
  const { telemetry, registers, health } = await open(newFolder(), { reserveBytes: Number.MAX_SAFE_INTEGER })
  await expect(telemetry.record([reading(1, 0), reading(1, 1)])).rejects.toMatchObject({ name: 'StoreTrouble', code: 'disk-full' })
  expect(health().refusedSince).not.toBeNull()
  expect((await telemetry.counts()).droppedReadings).toBe(2)
  await registers.savePages([{ register: 'device-heard', page: 0, values: new Float64Array([1]) }])
})

test('a second process on the same folder is refused with a sentence', async () => {
  const dataDir = newFolder()
  await open(dataDir)
  await expect(open(dataDir)).rejects.toThrow(/in use by another process/)
})

test('a newer file, a strange file and a damaged file are each refused with one sentence', async () => {
  const [newer, strange, damaged] = [newFolder(), newFolder(), newFolder()]
  await (await open(newer)).close()
  change(newer, 'pragma user_version = 99')
  await expect(open(newer)).rejects.toThrow(/written by a newer Anling \(version 99/)
  change(strange, 'create table mine (x)')
  await expect(open(strange)).rejects.toThrow(/not a telemetry database/)
  writeFileSync(join(damaged, 'telemetry.db'), randomBytes(20_000))
  await expect(open(damaged)).rejects.toThrow(/damaged/)
})

function change(dataDir: string, sql: string): void {
  const database = new DatabaseSync(join(dataDir, 'telemetry.db'))
  database.exec(sql)
  database.close()
}

test('readings are sealed by themselves within the hour, and the journal goes', async () => {
  const dataDir = newFolder()
  let now = 1_790_000_000_000
  let tick = () => {}
  const every = (_: number, work: () => void) => {
    tick = work
    return () => {}
  }
  const clock = { ...systemClock, now: () => instant(now), every }
  const first = await open(dataDir, { clock, sealEvery: hours(1) })
  await first.telemetry.record(Array.from({ length: 60 }, (_, i) => reading(1, i * 60)))
  tick()
  await first.close()
  expect(look(dataDir)).toEqual({ journal: 1, blocks: 0 })
  now += hours(1)
  // Upkeep goes in small steps with rests between them, and goes on after a restart.
  await expect
    .poll(
      async () => {
        const again = await open(dataDir, { clock, sealEvery: hours(1) })
        tick()
        await again.telemetry.counts()
        await again.close()
        return look(dataDir)
      },
      { timeout: 20_000 },
    )
    .toEqual({ journal: 0, blocks: 1 })
})

function look(dataDir: string): unknown {
  const database = new DatabaseSync(join(dataDir, 'telemetry.db'))
  const seen = database.prepare('select (select count(*) from journal) as journal, (select count(*) from block) as blocks').get()
  database.close()
  return { ...seen }
}
