/** The dead-man's switch, end to end: real processes, a real broker, a real watcher. Silence is the alarm, and nothing but a proof breaks it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openReceiver } from '../alerts/channels/webhook.fixture.ts'
import { rowsOf } from '../bench/lib/seed.ts'
import { readConfig } from '../config.ts'
import type { RaisedAlarm } from '../domain/alarm.ts'
import type { CareEvent, CareEventDraft } from '../domain/event.ts'
import { lifeSignDevice, lifeSignSubject } from '../domain/life-sign.ts'
import { after, days, instant, seconds } from '../domain/time.ts'
import { type Platform, startPlatform } from '../main.ts'
import { forgetLifeSigns } from '../store/sqlite/life-sign.ts'

const secret = 'a secret of the house'

async function folder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-watcher-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  return dataDir
}

function run(script: string, args: readonly string[], settings: Record<string, string>): { said: { text: string }; child: ChildProcess } {
  const path = join(import.meta.dirname, '..', script)
  const env = { PATH: process.env.PATH ?? '', ANLING_WATCHER_SECRET: secret, ...settings }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], { env })
  const said = { text: '' }
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.on('data', (data) => {
      said.text += data
    })
  }
  onTestFinished(() => void child.kill('SIGKILL'))
  return { said, child }
}

const says = ({ said }: { said: { text: string } }, what: RegExp) => vi.waitFor(() => expect(said.text).toMatch(what), 30_000)

test('the platform is killed, and the watcher says so; it comes back, and the watcher says that too', { timeout: 90_000 }, async () => {
  const dataDir = await folder()
  const watcher = run('alerts/watcher.ts', ['--port', '0', '--after', '6'], {})
  await says(watcher, /Watching/)
  const url = /http:\S+\/sign/.exec(watcher.said.text)?.[0] ?? ''
  const settings = {
    ...{ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' },
    ...{ ANLING_WATCHER_URL: url, ANLING_WATCHER_SECONDS: '1' },
  }
  const heard = async () => (await (await fetch(url.replace('/sign', '/health'))).json()) as { state: string; signs: number }
  const first = run('main.ts', [], settings)
  await vi.waitFor(async () => expect((await heard()).signs).toBeGreaterThan(2), 30_000)
  const before = watcher.said.text
  first.child.kill('SIGKILL')
  await says(watcher, /ALARM: Anling has given no sign of life for \d+ s/)
  expect((await heard()).state).toBe('silent')
  expect(before).not.toMatch(/refused|Refused|no sign of life:/i)
  run('main.ts', [], settings)
  await says(watcher, /heard again after \d+ s/)
  await vi.waitFor(async () => expect((await heard()).state).toBe('hearing'), 30_000)
})

async function platformWith(url: string) {
  const said: string[] = []
  const dataDir = await folder()
  const config = readConfig({
    ...{ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' },
    ...{ ANLING_WATCHER_URL: url, ANLING_WATCHER_SECONDS: '300', ANLING_WATCHER_SECRET: secret },
  })
  const platform = await startPlatform({
    config,
    write: () => {},
    onFatal: () => {},
    log: (level, message) => void said.push(`${level} ${message}`),
  })
  onTestFinished(() => platform.close())
  // The first sign goes out by itself.
  await platform.lifeSign.beat()
  return { platform, said, dataDir }
}

const reasonsOf = async (platform: Platform) =>
  ((await (await fetch(`${platform.url}/api/health`)).json()) as { reasons: { code: string; message: string }[] }).reasons

/** Writes an open alarm's deadline past the desk: a mistake of ours, as the auditor is there to find. */
async function setDeadline({ store }: Platform, alarm: RaisedAlarm, nextStepAt: number): Promise<void> {
  const { subjectId, siteId } = alarm
  const at = instant(Date.now())
  const before = await store.load(subjectId)
  const fact = { kind: 'alarm-escalated' as const, subjectId, siteId, at, alarm: { ...alarm, nextStepAt: instant(nextStepAt) } }
  const event = { kind: 'deadline-reached', subjectId, siteId, at, alarmId: alarm.id } as unknown as CareEvent
  await store.commit({ event, before, after: before, facts: [fact], notices: [], withdrawn: [] })
}

test('what the auditor finds keeps the sign back, with the reason on the health page, until it is mended', {
  timeout: 60_000,
}, async () => {
  const receiver = await openReceiver()
  onTestFinished(receiver.close)
  receiver.answerWith((_request, response) => void response.writeHead(200).end())
  const { platform, said } = await platformWith(receiver.url)
  expect(receiver.received).toHaveLength(1)
  await platform.directory.put(rowsOf(0, 1, 1))
  const subject = { subjectId: 'resident-0', siteId: 'site-1' }
  const press = {
    kind: 'sos-pressed',
    ...subject,
    at: Date.now(),
    causeId: 'press-1',
    deviceId: null,
    room: '',
    claimedAt: null,
    unreadable: false,
  }
  await platform.desk.handle({ ...press, reason: 'button' } as unknown as CareEventDraft)
  await platform.lifeSign.beat()
  expect(receiver.received).toHaveLength(2)

  const [alarm] = await platform.store.openAlarms('all')
  await setDeadline(platform, alarm as RaisedAlarm, after(instant(Date.now()), days(2)))
  await platform.lifeSign.beat()
  expect(receiver.received).toHaveLength(2)
  expect(await reasonsOf(platform)).toContainEqual({
    code: 'life-sign-withheld',
    message: expect.stringContaining('Its deadline lies further ahead than any is ever set.'),
  })
  expect(said.filter((line) => line.startsWith('error No sign of life was sent'))).toHaveLength(1)

  await setDeadline(platform, alarm as RaisedAlarm, after(instant(Date.now()), seconds(30)))
  await platform.lifeSign.beat()
  expect(receiver.received).toHaveLength(3)
  expect((await reasonsOf(platform)).map(({ code }) => code)).not.toContain('life-sign-withheld')
})

test('a press that cannot travel keeps the sign back; a watcher that answers with trouble is told of too', {
  timeout: 60_000,
}, async () => {
  const receiver = await openReceiver()
  onTestFinished(receiver.close)
  let status = 200
  receiver.answerWith((_request, response) => void response.writeHead(status).end())
  const { platform } = await platformWith(receiver.url)
  expect(receiver.received).toHaveLength(1)
  status = 500
  await platform.lifeSign.beat()
  expect(platform.lifeSign.withheld()?.message).toBe('the watcher answered 500')
  status = 200
  await platform.lifeSign.beat()
  expect(platform.lifeSign.withheld()).toBeNull()
  await platform.broker.close()
  const before = receiver.received.length
  await platform.lifeSign.beat()
  expect(receiver.received).toHaveLength(before)
  expect(platform.lifeSign.withheld()?.message).toMatch(/the synthetic press was lost at the door of the broker/)
})

test('its own presses ring nobody, stand in no list, and leave a bounded trace on the disk', { timeout: 60_000 }, async () => {
  const receiver = await openReceiver()
  onTestFinished(receiver.close)
  receiver.answerWith((_request, response) => void response.writeHead(200).end())
  const { platform, dataDir } = await platformWith(receiver.url)
  for (let n = 0; n < 11; n += 1) await platform.lifeSign.beat()
  const { store, directory, readings, database } = platform
  expect(receiver.received).toHaveLength(12)
  const trace = async () => (await store.journal(lifeSignSubject, 0, 1_000)).length
  expect(await trace()).toBe(12)
  expect(JSON.stringify(await directory.rows('all'))).not.toContain(lifeSignDevice.id)
  expect(await store.openAlarms('all')).toEqual([])
  expect((await readings.telemetry.counts()).readings).toBe(0)
  expect(platform.post.waiting()).toBe(0)

  expect(forgetLifeSigns(dataDir)).toBe(7)
  expect(await trace()).toBe(5)
  const count = (table: string) => Number(database.connection.prepare(`select count(*) as n from ${table}`).get()?.n)
  expect([count('facts'), count('presses')]).toEqual([5, 5])
  expect(forgetLifeSigns(dataDir)).toBe(0)
  await platform.lifeSign.beat()
  expect(platform.lifeSign.withheld()).toBeNull()
  expect(await trace()).toBe(6)
})
