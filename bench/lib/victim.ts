/** The real platform as a process that can be killed, stopped and started again on the same folder and ports. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from './ports.ts'

export type Victim = {
  mqttPort: number
  origin: string
  /** The one-time code of the first start; '' when the folder already had users. */
  setupCode(): string
  /** Resolves when it says that it is ready. Rejects with its last words when it ends before. */
  start(): Promise<void>
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Asks it to end and waits. */
  stop(): Promise<void>
  running(): boolean
}

const main = join(import.meta.dirname, '..', '..', 'main.ts')

/** `environment`: further settings. `program`: another main.ts, such as a mutant's. `ports`: those of a former one that has ended. */
export async function openVictim(
  dataDir: string,
  options: { environment?: Record<string, string>; program?: string; ports?: Pick<Victim, 'mqttPort' | 'origin'> } = {},
): Promise<Victim> {
  const mqttPort = options.ports?.mqttPort ?? (await freePort())
  const httpPort = options.ports ? Number(new URL(options.ports.origin).port) : await freePort()
  const env = {
    ...withoutOurs(process.env),
    ...options.environment,
    ANLING_DATA_DIR: dataDir,
    ANLING_MQTT_PORT: String(mqttPort),
    ANLING_HTTP_PORT: String(httpPort),
  }
  const state = { child: null as ChildProcess | null, said: '', code: '' }
  const gone = (child: ChildProcess) =>
    new Promise<void>((resolve) => (child.exitCode !== null || child.signalCode ? resolve() : child.once('exit', () => resolve())))
  const end = async (signal: NodeJS.Signals) => {
    if (!state.child) return
    state.child.kill(signal)
    await gone(state.child)
  }
  return {
    mqttPort,
    origin: `http://127.0.0.1:${httpPort}`,
    setupCode: () => state.code,
    async start() {
      state.said = ''
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', options.program ?? main], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      state.child = child
      await whenReady(child, state)
    },
    kill: () => end('SIGKILL'),
    signal: (name) => void state.child?.kill(name),
    stop: () => end('SIGTERM'),
    running: () => state.child !== null && state.child.exitCode === null && state.child.signalCode === null,
  }
}

const withoutOurs = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('ANLING_')))

function whenReady(child: ChildProcess, state: { said: string; code: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      state.said = (state.said + chunk.toString()).slice(-20_000)
      state.code = /one-time code (\S+)/.exec(state.said)?.[1] ?? state.code
      if (state.said.includes('Wall and API:')) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code, signal) =>
      reject(new Error(`The platform ended before it was ready (${signal ?? code}): ${state.said.slice(-2_000)}`)),
    )
  })
}
