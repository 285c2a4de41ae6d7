/** The three ways to die: kill -9 at random moments, a torn copy of database and log, a full disk. Each ends with the same question: is every thanked press there? */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCrowd, startOperator } from './crowd.ts'
import { judge, type Verdict } from './judge.ts'
import { seedFolder } from './seed.ts'
import { openVictim, type Victim } from './victim.ts'
import { signIn } from './wall.ts'

const devices = 50
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'anling-kill-'))
const seed = { homes: devices, devicesPerHome: 2, credentials: devices }

export type KillResult = Verdict & {
  kills: number
  pressed: number
  acknowledged: number
  lateResends: number
  alarmsClosed: number
  restartMs: number
}

/** Kills the platform `kills` times while fifty devices press and an operator answers. */
export async function proveKills(kills: number, options: { program?: string; tell?: (line: string) => void } = {}): Promise<KillResult> {
  const folder = scratch()
  await seedFolder(folder, seed)
  const victim = await openVictim(folder, options.program ? { program: options.program } : {})
  await victim.start()
  const operator = startOperator(await signIn(victim.origin, victim.setupCode()))
  const crowd = startCrowd({ devices, port: () => victim.mqttPort, pauseMs: 40 })
  const starts: number[] = []
  for (let n = 1; n <= kills; n++) {
    await wait(150 + Math.random() * 700)
    await victim.kill()
    const from = performance.now()
    await victim.start()
    starts.push(performance.now() - from)
    if (n % 20 === 0) options.tell?.(`  ${n} kills, ${crowd.acknowledged.size} presses thanked`)
  }
  await crowd.settle(20_000)
  await operator.stop()
  await victim.stop()
  crowd.close()
  const verdict = await judge(folder, { mustBe: crowd.pressed, acknowledged: crowd.acknowledged })
  rmSync(folder, { recursive: true, force: true })
  return {
    ...verdict,
    ...{ kills, pressed: crowd.pressed.size, acknowledged: crowd.acknowledged.size, lateResends: crowd.lateResends() },
    ...{ alarmsClosed: operator.closed(), restartMs: Math.round(Math.max(0, ...starts)) },
  }
}

/** Freezes the platform at random moments, copies database and log as a power cut would leave them, tears the log's end, and opens the copy. */
export async function proveTorn(copies: number): Promise<{ copies: number; lostAcknowledged: number; refused: number }> {
  const folder = scratch()
  await seedFolder(folder, seed)
  const victim = await openVictim(folder)
  await victim.start()
  const crowd = startCrowd({ devices, port: () => victim.mqttPort, pauseMs: 10 })
  const result = { copies, lostAcknowledged: 0, refused: 0 }
  for (let n = 0; n < copies; n++) {
    await wait(60 + Math.random() * 120)
    const acknowledged = new Set(crowd.acknowledged)
    const torn = copyTorn(victim, folder)
    const verdict = await judge(torn, { mustBe: acknowledged, acknowledged }).catch(() => null)
    if (verdict) result.lostAcknowledged += verdict.lostAcknowledged
    else result.refused++
    rmSync(torn, { recursive: true, force: true })
  }
  await crowd.settle(20_000)
  await victim.stop()
  crowd.close()
  rmSync(folder, { recursive: true, force: true })
  return result
}

function copyTorn(victim: Victim, folder: string): string {
  const torn = scratch()
  victim.signal('SIGSTOP')
  for (const name of readdirSync(folder).filter((name) => /^care\.db(-wal)?$|^pepper$/.test(name)))
    copyFileSync(join(folder, name), join(torn, name))
  victim.signal('SIGCONT')
  const log = join(torn, 'care.db-wal')
  if (existsSync(log)) appendFileSync(log, randomBytes(1 + Math.floor(Math.random() * 9_000)))
  return torn
}

/** Runs on a small file system that is filled to the brim. null where mounting one is not permitted. */
export async function proveFullDisk(presses: number): Promise<(Verdict & { acknowledged: number }) | null> {
  const mount = scratch()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', mount], { stdio: 'ignore' })
  } catch {
    rmSync(mount, { recursive: true, force: true })
    return null
  }
  const folder = join(mount, 'data')
  mkdirSync(folder)
  try {
    await seedFolder(folder, seed)
    const victim = await openVictim(folder)
    await victim.start()
    fillDisk(mount)
    const crowd = startCrowd({ devices, port: () => victim.mqttPort, pauseMs: 1 })
    while (crowd.acknowledged.size < presses) await wait(50)
    await crowd.settle(20_000)
    crowd.close()
    await victim.kill()
    return { ...(await judgeCopy(folder, crowd)), acknowledged: crowd.acknowledged.size }
  } finally {
    execFileSync('umount', ['-l', mount], { stdio: 'ignore' })
    rmSync(mount, { recursive: true, force: true })
  }
}

/** Writes until nothing fits any more. */
function fillDisk(mount: string): void {
  for (let block = 1 << 20; block >= 512; block >>= 1) {
    try {
      for (;;) appendFileSync(join(mount, 'filler'), Buffer.alloc(block))
    } catch {
      // Full for blocks of this size: go on with smaller ones.
    }
  }
}

/** Opening needs a little room, which the full disk does not have. */
async function judgeCopy(folder: string, crowd: { acknowledged: ReadonlySet<string> }): Promise<Verdict> {
  const copy = scratch()
  cpSync(folder, copy, { recursive: true, filter: (name) => !/ballast|telemetry/.test(name) })
  const verdict = await judge(copy, { mustBe: crowd.acknowledged, acknowledged: crowd.acknowledged })
  rmSync(copy, { recursive: true, force: true })
  return verdict
}
