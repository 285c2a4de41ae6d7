/** The dead-man's switch, end to end: real processes, a real broker, a real watcher. Silence is the alarm, and nothing but a proof breaks it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openReceiver } from '../alerts/channels/webhook.fixture.ts'
import { step } from '../alerts/engine.ts'
import { replayJournal } from '../alerts/replay-journal.ts'
import { rowsOf } from '../bench/lib/seed.ts'
import { readConfig } from '../config.ts'
import type { RaisedAlarm } from '../domain/alarm.ts'
import type { CareEvent, CareEventDraft } from '../domain/event.ts'
import { lifeSignDevice, lifeSignPlan, lifeSignSite, lifeSignSubject } from '../domain/life-sign.ts'
import { emptySituation } from '../domain/situation.ts'
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
  const watcher = run('alerts/watcher.ts', ['--port', '0', '--after', '8'], {})
  await says(watcher, /Watching/)
  const url = /http:\S+\/sign/.exec(watcher.said.text)?.[0] ?? ''
  const settings = {
    ...{ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' },
    ...{ ANLING_WATCHER_URL: url, ANLING_WATCHER_SECONDS: '2' },
  }
  const heard = async () => (await (await fetch(url.replace('/sign', '/health'))).json()) as { state: string; signs: number }
  const first = run('main.ts', [], settings)
  await vi.waitFor(async () => expect((await heard()).signs).toBeGreaterThan(2), 30_000)
  const before = watcher.said.text
  first.child.kill('SIGKILL')
  // Where the platform took long to start, it said so once before.
  const since = () => watcher.said.text.slice(before.length)
  await vi.waitFor(() => expect(since()).toMatch(/ALARM: Anling has given no sign of life for \d+ s/), 30_000)
  expect((await heard()).state).toBe('silent')
  expect(before).not.toMatch(/refused|Refused|no sign of life:/i)
  run('main.ts', [], settings)
  await vi.waitFor(() => expect(since()).toMatch(/heard again after \d+ s/), 30_000)
  await vi.waitFor(async () => expect((await heard()).state).toBe('hearing'), 30_000)
})

async function platformWith(url: string, everySeconds = '300') {
  const said: string[] = []
  const dataDir = await folder()
  const config = readConfig({
    ...{ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' },
    ...{ ANLING_WATCHER_URL: url, ANLING_WATCHER_SECONDS: everySeconds, ANLING_WATCHER_SECRET: secret },
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
  await platform.desk.handle({ ...press, reason: 'button', detail: {} } as unknown as CareEventDraft)
  await platform.lifeSign.beat()
  expect(receiver.received).toHaveLength(2)
  // That no screen paints it would be found three seconds after the press, and would set another deadline.
  const { id: alarmId } = (await platform.store.openAlarms('all'))[0] as RaisedAlarm
  await platform.desk.handle({ kind: 'unpainted-noticed', ...subject, at: instant(Date.now()), alarmId })

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

/** A wall of somebody who sees everything, and what it was told. */
async function adminWall({ accounts, url }: Pick<Platform, 'accounts' | 'url'>) {
  const told: unknown[] = []
  const secret = randomBytes(32).toString('base64url')
  const at = instant(Date.now())
  await accounts.putUser({ id: 'root', name: 'root', displayName: 'Root', role: 'admin', siteIds: [], disabled: false }, 'x')
  const session = { id: 's1', userId: 'root', csrfToken: 'x', createdAt: at, usedAt: at, expiresAt: after(at, days(1)) }
  const idHash = createHash('sha256').update(secret).digest('hex')
  await accounts.putSession(idHash, { ...session, label: '', place: '', factor: 'password' })
  const headers = { cookie: `anling=${secret}` }
  const socket = io(url, { transports: ['websocket'], reconnection: false, extraHeaders: { ...headers, origin: url } })
  onTestFinished(() => void socket.disconnect())
  for (const word of ['facts', 'resync']) socket.on(word, (said) => void told.push(said))
  const picture = await new Promise((resolve) => socket.on('connect', () => socket.emit('hello', null, resolve)))
  return { told, picture, headers }
}

test('its own presses go the whole way of a call for help, ring nobody, stand in no list, and leave a bounded trace on the disk', {
  timeout: 60_000,
}, async () => {
  const receiver = await openReceiver()
  onTestFinished(receiver.close)
  receiver.answerWith((_request, response) => void response.writeHead(200).end())
  const { platform, dataDir } = await platformWith(receiver.url)
  const { store, directory, readings, database, url } = platform
  const wall = await adminWall(platform)
  for (let n = 0; n < 11; n += 1) await platform.lifeSign.beat()
  expect(receiver.received).toHaveLength(12)

  const lines = async () => store.journal(lifeSignSubject, 0, 1_000)
  expect((await lines()).map(({ event }) => event.kind)).toEqual(Array.from({ length: 12 }, () => ['sos-pressed', 'resolve-asked']).flat())
  const [newest] = await store.alarmsOf(lifeSignSubject, 1)
  expect(newest).toMatchObject({ kind: 'sos', priority: 1, state: 'resolved', outcome: 'technical-fixed', by: 'anling' })
  expect(await store.noticesOf(newest?.id ?? '')).toMatchObject([{ recipient: { channel: 'loop-back' }, state: 'delivered' }])

  expect(wall.told).toEqual([])
  expect(wall.picture).toMatchObject({ snapshot: { alarms: [], today: { resolved: 0, byOutcome: {} }, latest: [] } })
  expect(platform.dashboard.liveScreens()).toMatchObject({ connected: 1 })
  expect(await store.openAlarms('all')).toEqual([])
  expect(await store.resolvedSince('all', instant(0), 100)).toEqual([])
  expect(JSON.stringify(await directory.rows('all'))).not.toContain(lifeSignDevice.id)
  expect((await readings.telemetry.counts()).readings).toBe(0)
  expect(platform.post.waiting()).toBe(0)
  expect(platform.channelNames).not.toContain('loop-back')
  expect(platform.outbox.health().map(({ channel }) => channel)).not.toContain('loop-back')
  const reports = await fetch(`${url}/api/reports/figures?days=7`, { headers: wall.headers })
  expect([reports.status, await reports.text()]).toEqual([200, expect.not.stringContaining(lifeSignDevice.id)])

  const count = (table: string) => Number(database.connection.prepare(`select count(*) as n from ${table}`).get()?.n)
  expect([count("audit where user_id <> 'root'"), count('call_backs'), count('alarm_figures')]).toEqual([0, 0, 0])
  expect(forgetLifeSigns(dataDir)).toBe(14)
  expect(['journal', 'facts', 'presses', 'alarms', 'notices'].map(count)).toEqual([10, 10, 5, 5, 5])
  expect(forgetLifeSigns(dataDir)).toBe(0)
  expect([...replayJournal(await lines())].every(({ same }) => same)).toBe(true)
  await platform.lifeSign.beat()
  expect(platform.lifeSign.withheld()).toBeNull()
  expect(await lines()).toHaveLength(12)
})

test('a call that nobody makes keeps the sign back, and what is left of that press is closed by the next one', {
  timeout: 60_000,
}, async () => {
  const receiver = await openReceiver()
  onTestFinished(receiver.close)
  receiver.answerWith((_request, response) => void response.writeHead(200).end())
  const { platform } = await platformWith(receiver.url, '3')
  const { directory, store, desk } = platform
  // A press cut off in the middle: it stands open, as after a crash.
  const whose = { subjectId: lifeSignSubject, siteId: lifeSignSite, at: instant(Date.now()) }
  const cause = {
    causeId: `${lifeSignDevice.id}:left`,
    deviceId: lifeSignDevice.id,
    room: '',
    claimedAt: null,
    unreadable: false,
    detail: {},
  }
  await desk.handle({ kind: 'sos-pressed', ...whose, ...cause })
  expect((await store.load(lifeSignSubject)).open).toHaveLength(1)
  expect(await store.openAlarms('all')).toEqual([])
  await platform.lifeSign.beat()
  expect((await store.load(lifeSignSubject)).open).toHaveLength(0)
  expect(platform.lifeSign.withheld()).toBeNull()

  expect(await directory.planFor(lifeSignSubject, lifeSignSite, 'sos')).toEqual(lifeSignPlan)
  await platform.outbox.stop()
  const before = receiver.received.length
  await platform.lifeSign.beat()
  expect(platform.lifeSign.withheld()?.message).toMatch(/lost in the outbox: the call that its plan owes was not made/)
  expect(receiver.received).toHaveLength(before)
})

test('the platform closes no alarm but its own', () => {
  const pressed = (subjectId: string, siteId: string): CareEvent => ({
    ...{ kind: 'sos-pressed', subjectId, siteId, at: instant(1_000), deviceId: null, room: '', causeId: `${subjectId}:p` },
    ...{ claimedAt: null, unreadable: false, plan: lifeSignPlan, detail: {} },
  })
  const closedBy = (by: string, subjectId: string, siteId: string) => {
    const { situation } = step(emptySituation(subjectId), pressed(subjectId, siteId), instant(1_000))
    const alarmId = situation.open[0]?.id ?? ''
    const asked = {
      kind: 'resolve-asked',
      subjectId,
      siteId,
      at: instant(2_000),
      alarmId,
      by,
      outcome: 'technical-fixed',
      text: '',
    } as const
    return step(situation, asked, instant(2_000)).refusal?.code ?? 'closed'
  }
  expect(closedBy('anling', lifeSignSubject, lifeSignSite)).toBe('closed')
  expect(closedBy('Root', lifeSignSubject, lifeSignSite)).toBe('not-acknowledged')
  expect(closedBy('anling', 'resident-0', 'site-1')).toBe('not-acknowledged')
  expect(closedBy('anling', lifeSignSubject, 'site-1')).toBe('not-acknowledged')
})
