/** What the store has said is durable survives `kill -9` at any moment, sealing included; a failing disk is told, never hidden. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../../domain/clock.ts'
import { instant } from '../../../domain/time.ts'
import { reading } from '../../telemetry.contract.ts'
import { openTelemetry } from '../telemetry.ts'

const undo: (() => void)[] = []
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anling-telemetry-kill-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const open = (dataDir: string, reserveBytes = 0) =>
  openTelemetry({
    dataDir,
    clock: systemClock,
    log: () => {},
    windowMs: 2,
    reserveBytes,
    onFatal: (trouble) => expect.fail(trouble.message),
  })

const startAt = 1_790_000_000_000
const devices = 40
const perDevice = (device: number) => ({ device, from: instant(0), to: instant(2 ** 50), limit: 500_000 })

/** A process that records numbered readings without end and prints each number only after its promise resolved. It seals all the time. */
const recorder = `
  import { writeSync } from 'node:fs'
  import { systemClock } from '${new URL('../../../domain/clock.ts', import.meta.url)}'
  import { openTelemetry } from '${new URL('../telemetry.ts', import.meta.url)}'
  const [dataDir, from] = process.argv.slice(1)
  const clock = { ...systemClock, every: (span, work) => systemClock.every(15, work) }
  const say = (line) => {
    for (let said = false; !said; ) {
      try {
        said = writeSync(1, line + '\\n') > 0
      } catch (error) {
        if (error.code === 'EPIPE') process.exit()
      }
    }
  }
  const onFatal = (trouble) => say('fatal ' + trouble.message)
  const store = await openTelemetry({ dataDir, clock, log: () => {}, windowMs: 3, reserveBytes: 0, sealEvery: 20, onFatal })
  for (let n = Number(from); ; n += 20) {
    const some = Array.from({ length: 20 }, (_, i) => n + i)
    await Promise.all(some.map((i) =>
      store.telemetry.record([{ device: i % ${devices}, resident: 1 + (i % 7), kind: 'heartbeat', at: ${startAt} + i * 997, value: i }])
        .then(() => say(i), (trouble) => say('refused ' + trouble.code))))
  }`

function startRecorder(dataDir: string, from: number, before: readonly string[] = []): ChildProcess {
  const command = [...before, process.execPath, '--input-type=module', '--eval', recorder, dataDir, String(from)]
  return spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Lets it record about `enough` numbers, kills it, and returns every number it had thanked for. */
async function recordThenKill(dataDir: string, from: number, enough: number): Promise<number[]> {
  const child = startRecorder(dataDir, from)
  const thanked: number[] = []
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    thanked.push(Number(line))
    if (thanked.length === enough) child.kill('SIGKILL')
  }
  return thanked
}

async function storedNumbers(dataDir: string): Promise<number[]> {
  const store = await open(dataDir)
  const numbers: number[] = []
  for (let device = 0; device < devices; device++) for (const r of await store.telemetry.readings(perDevice(device))) numbers.push(r.value)
  expect((await store.telemetry.counts()).readings).toBe(numbers.length)
  await store.close()
  return numbers
}

test('every resolved reading is there, once, after kill -9 at any moment', async () => {
  const dataDir = newFolder()
  const thanked: number[] = []
  for (const enough of [1, 300, 777, 1_500, 2_345]) {
    thanked.push(...(await recordThenKill(dataDir, thanked.length === 0 ? 0 : Math.max(...thanked) + 100, enough)))
    const stored = await storedNumbers(dataDir)
    expect(new Set(stored).size).toBe(stored.length)
    const present = new Set(stored)
    expect(thanked.filter((n) => !present.has(n))).toEqual([])
  }
  expect(thanked.length).toBeGreaterThan(4_000)
})

const canTrace = (() => {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!canTrace)('a failing fsync rejects what was in flight and is fatal (skipped without strace)', async () => {
  const dataDir = newFolder()
  await (await open(dataDir)).close()
  const child = startRecorder(dataDir, 0, ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=fsync,fdatasync:error=EIO:when=6+'])
  undo.push(() => child.kill('SIGKILL'))
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    lines.push(line)
    if (lines.some((each) => each.startsWith('fatal')) && lines.some((each) => each.startsWith('refused'))) break
  }
  child.kill('SIGKILL')
  expect(lines).toContain('refused io-error')
  expect(lines.find((line) => line.startsWith('fatal'))).toMatch(/disk I\/O error/)
  const thanked = lines.filter((line) => /^\d+$/.test(line)).map(Number)
  const present = new Set(await storedNumbers(dataDir))
  expect(thanked.filter((n) => !present.has(n))).toEqual([])
})

/** A file system of 24 MiB, or null where mounting is not allowed. */
function mountSmall(): string | null {
  const folder = newFolder()
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  undo.push(() => execFileSync('umount', [folder]))
  return folder
}

test('a full disk refuses readings while registers go on, and recovers by itself', async (context) => {
  const folder = mountSmall()
  if (!folder) return context.skip('needs the right to mount a small tmpfs')
  const store = await open(folder, 8 * 1024 * 1024)
  await store.telemetry.record([reading(1, 0)])
  writeFileSync(join(folder, 'filler'), Buffer.alloc(18 * 1024 * 1024))
  await expect.poll(() => store.health().refusedSince).not.toBeNull()
  await expect(store.telemetry.record([reading(1, 1)])).rejects.toMatchObject({ code: 'disk-full' })
  await store.registers.savePages([{ register: 'device-heard', page: 0, values: new Float64Array([5]) }])
  rmSync(join(folder, 'filler'))
  await expect.poll(() => store.health().refusedSince).toBeNull()
  await store.telemetry.record([reading(1, 2)])
  expect(await store.telemetry.readings(perDevice(1))).toStrictEqual([reading(1, 0), reading(1, 2)])
  expect(store.health().droppedReadings).toBe(1)
  await store.close()
})

test('a disk that is full to the last byte loses nothing that was thanked', async (context) => {
  const folder = mountSmall()
  if (!folder) return context.skip('needs the right to mount a small tmpfs')
  const store = await open(folder)
  const thanked: number[] = []
  let refused = 0
  for (let n = 0; refused < 5; n += 1_000) {
    const some = Array.from({ length: 1_000 }, (_, i) => reading((n + i) % devices, n + i, { value: n + i }))
    await store.telemetry.record(some).then(
      () => thanked.push(...some.map((r) => r.value)),
      (trouble) => {
        expect(trouble).toMatchObject({ code: 'disk-full' })
        refused++
      },
    )
  }
  await store.close()
  // To be opened at all a database may need a page of its own: somebody made room.
  execFileSync('mount', ['-o', 'remount,size=64m', folder])
  const stored = new Set(await storedNumbers(folder))
  expect(thanked.filter((n) => !stored.has(n))).toEqual([])
  expect(thanked.length).toBeGreaterThan(10_000)
})
