/** Real servers for tests and proofs, each on a free port with a scratch folder: InfluxDB 1.x and VictoriaMetrics as Debian ships them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type InfluxSettings, measurementDefault } from '../../store/influx/settings.ts'
import { freePort } from './ports.ts'

export type RealServer = {
  url: string
  /** Everything it keeps. */
  folder: string
  start(): Promise<void>
  /** kill -9; the data stay. */
  kill(): Promise<void>
  /** Kills it and removes its folder. */
  end(): Promise<void>
}

/** Whether the program is installed. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * `compactSoon`: writes its compact files within seconds instead of hours, so that what it needs on disk can be measured.
 * `elsewhere`: it gets only the processor time that nobody else wants, as if it stood on another machine; for measuring what its trouble does to us.
 */
type Extra = { maxValuesPerTag?: number; auth?: boolean; compactSoon?: boolean; elsewhere?: boolean }

/** InfluxDB 1.x. `maxValuesPerTag`: its trap, made small; the default index has it at 100,000. */
export async function openInfluxd({
  maxValuesPerTag = 0,
  auth = false,
  compactSoon = false,
  elsewhere = false,
}: Extra = {}): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), 'anling-influxd-'))
  const [http, rpc] = [await freePort(), await freePort()]
  const config = join(folder, 'influxd.conf')
  writeFileSync(
    config,
    `reporting-enabled = false
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${folder}/meta"
logging-enabled = false
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
index-version = "${maxValuesPerTag === 0 ? 'tsi1' : 'inmem'}"
max-values-per-tag = ${maxValuesPerTag}
${compactSoon ? 'cache-snapshot-write-cold-duration = "5s"\ncompact-full-write-cold-duration = "10s"' : ''}
[http]
bind-address = "127.0.0.1:${http}"
auth-enabled = ${auth}
log-enabled = false
[monitor]
store-enabled = false
[continuous_queries]
log-enabled = false
[logging]
level = "error"
suppress-logo = true
`,
  )
  const idle = elsewhere && hasProgram('chrt') ? ['chrt', '--idle', '0'] : []
  return openServer({ folder, url: `http://127.0.0.1:${http}`, ready: '/ping', command: [...idle, 'influxd', '-config', config] })
}

/** VictoriaMetrics, which accepts `/api/v2/write` and answers with what it stored at `/api/v1/export`. */
export async function openVictoria(): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), 'anling-victoria-'))
  mkdirSync(join(folder, 'data'))
  const address = `127.0.0.1:${await freePort()}`
  const options = [
    '-storageDataPath',
    join(folder, 'data'),
    '-httpListenAddr',
    address,
    '-retentionPeriod',
    '100y',
    '-loggerLevel',
    'ERROR',
  ]
  return openServer({ folder, url: `http://${address}`, ready: '/health', command: ['victoria-metrics', ...options] })
}

function openServer({
  folder,
  url,
  ready,
  command,
}: {
  folder: string
  url: string
  ready: string
  command: readonly string[]
}): RealServer {
  let child: ChildProcess | null = null
  const kill = async () => {
    const running = child
    child = null
    if (!running || running.exitCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGKILL')
    await gone
  }
  process.on('exit', () => child?.kill('SIGKILL'))
  return {
    url,
    folder,
    kill,
    async start() {
      const [program = '', ...options] = command
      child = spawn(program, options, { stdio: 'ignore' })
      while (!(await fetch(url + ready).catch(() => null))?.ok) {
        if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async end() {
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Settings for 1.x on `url`. */
export const settingsOf = (url: string, database = 'anling', more: Partial<InfluxSettings> = {}): InfluxSettings => ({
  ...{ url, database, token: '', org: '', bucket: '', username: '', password: '', retentionPolicy: '', measurement: measurementDefault },
  ...more,
})

/** One InfluxQL statement on 1.x; the values of its first series. */
export async function influxql(url: string, q: string, database = ''): Promise<unknown[][]> {
  const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q, db: database, epoch: 'ms' }) })
  const { results = [], error } = (await answer.json()) as {
    results?: { error?: string; series?: { values: unknown[][] }[] }[]
    error?: string
  }
  const said = error ?? results[0]?.error
  if (said) throw new Error(said)
  return results[0]?.series?.[0]?.values ?? []
}
