/** Watches the system calls of the real platform while a button presses: is the log on the platter before PUBACK is on the wire? */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPressClient } from '../../bench/lib/press-client.ts'
import { loginOf, pendantId, seedFolder, terminalId } from '../../bench/lib/seed.ts'

export type Thanks = { thanked: number; beforeDurable: number }

/** Null when the machine can trace system calls, else why it cannot. */
export function whyNoTracing(): string | null {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return null
  } catch {
    return 'strace is not installed or may not trace here'
  }
}

const presses = 5
const patienceMs = 30_000

/** Starts the platform at `folder`, presses, and says how many thanks left before their press was durable. */
export async function thanksOf(folder: string): Promise<Thanks> {
  const scratch = mkdtempSync(join(tmpdir(), 'anling-traced-'))
  const trace = join(scratch, 'trace')
  const data = join(scratch, 'data')
  await seedFolder(data, { homes: 1, devicesPerHome: 2, credentials: 1 })
  const child = startTraced(folder, { trace, data })
  try {
    await inTime(portOf(child).then(pressOften))
  } finally {
    await end(child)
  }
  const seen = judge(readFileSync(trace, 'utf8'))
  rmSync(scratch, { recursive: true, force: true })
  return seen
}

function startTraced(folder: string, { trace, data }: { trace: string; data: string }): ChildProcess {
  const calls = 'trace=read,write,writev,sendto,sendmsg,fsync,fdatasync'
  const strace = ['-f', '-y', '-qq', '--seccomp-bpf', '-xx', '-s', '64', '-e', calls, '-o', trace]
  const env = { PATH: process.env.PATH, ANLING_DATA_DIR: data, ANLING_MQTT_PORT: '0', ANLING_HTTP_PORT: '0', ANLING_LOG: 'json' }
  return spawn('strace', [...strace, process.execPath, '--disable-warning=ExperimentalWarning', join(folder, 'main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
}

/** The MQTT port the platform chose, from its own words. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const port = /"?mqttPort"?[=:](\d+)/.exec(said)?.[1]
      if (port) resolve(Number(port))
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The platform ended (${code}): ${said.slice(-1_000)}`)))
  })
}

async function pressOften(port: number): Promise<void> {
  const button = openPressClient({ login: loginOf(terminalId(0)), port: () => port })
  for (let press = 1; press <= presses; press += 1) {
    await button.press(`care/${pendantId(0)}/sos`, JSON.stringify({ pressId: `traced-${press}` }))
    // A commit that comes after its thanks must not be taken for the commit of the next press.
    await sleep(200)
  }
  button.close()
}

function inTime(work: Promise<void>): Promise<void> {
  const late = sleep(patienceMs, null, { ref: false }).then(() => Promise.reject(new Error('The traced platform did not thank in time.')))
  return Promise.race([work, late])
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve))
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  await gone
}

/** For each press: read from the wire, then the log synced, then PUBACK written. Anything else is a thanks too early. */
export function judge(trace: string): Thanks {
  const seen: Thanks = { thanked: 0, beforeDurable: 0 }
  let durable = false
  for (const line of trace.split('\n')) {
    if (isPress(line)) durable = false
    else if (line.includes('sync(') && line.includes(log)) durable = true
    else if (isThanks(line)) {
      seen.thanked += 1
      if (!durable) seen.beforeDurable += 1
      durable = false
    }
  }
  return seen
}

// strace is asked to write every byte as \xNN, also those of paths.
const hex = (text: string): string => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
const topic = hex('/sos')
const log = hex('care.db-wal')

const isPress = (line: string): boolean => line.includes('read') && line.includes(topic)

/** PUBACK: 0x40, two bytes long, the message id; in however many pieces it is written. */
function isThanks(line: string): boolean {
  if (!/ (write|writev|sendto|sendmsg)\(/.test(line)) return false
  const written = [...line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, bytes]) => bytes).join('')
  return written.startsWith('\\x40\\x02') && written.length === 16
}
