/** The whole platform with real devices, a real group robot and a real mailbox: the elder is answered, over her terminal's absence and a restart. */
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { SMTPServer } from 'smtp-server'
import { expect, onTestFinished, test } from 'vitest'
import { openReceiver } from '../alerts/channels/webhook.fixture.ts'
import { rowsOf, terminalId, tokenOf } from '../bench/lib/seed.ts'
import { hashToken } from '../broker/credentials.ts'
import { readConfig } from '../config.ts'
import type { Plan } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import type { Reply } from '../domain/message.ts'
import { usualReach } from '../domain/reach.ts'
import { seconds } from '../domain/time.ts'
import { type Platform, startPlatform } from '../main.ts'

const terminal = terminalId(0)
const siren = 'siren-0001'

const plan: Plan = {
  id: 'everybody',
  name: 'everybody',
  steps: [
    {
      wait: seconds(0),
      tell: [
        { contactId: 'anna', label: 'daughter', channel: 'any' },
        { contactId: null, label: 'group', channel: 'wecom' },
        { contactId: null, label: 'siren', channel: 'siren' },
      ],
    },
  ],
  repeatEvery: seconds(60),
  lease: seconds(90),
}

async function until(holds: () => unknown): Promise<void> {
  await expect.poll(holds, { timeout: 15_000, interval: 10 }).toBeTruthy()
}

/** A mail server that keeps the addresses and the mails it takes. */
async function openMailbox() {
  const mails: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, { envelope }, done) {
      stream.resume()
      stream.on('end', () => {
        mails.push(envelope.rcptTo.map(({ address }) => address).join())
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { mails, url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` }
}

/** A device that is connected and listens. */
async function device(port: number, id: string) {
  const heard: Reply[] = []
  const client: MqttClient = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ clientId: id, username: id, password: tokenOf(id), reconnectPeriod: 0 },
  })
  client.on('error', () => {})
  client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString())))
  await client.subscribeAsync(`care/${id}/reply`, { qos: 1 })
  onTestFinished(() => void client.end(true))
  return { client, heard, kinds: () => heard.map(({ kind }) => kind) }
}

/** One home with a terminal, its site with a siren, and a daughter who wants mail. */
async function furnish({ directory, reach, pepper }: Platform): Promise<void> {
  const rows = rowsOf(0, 1, 1)
  const [main] = rows.devices
  if (!main) throw new Error('no terminal')
  const contact = { id: 'anna', residentId: 'resident-0', name: 'Anna', relation: 'relative', phone: '', hasKey: false, order: 1 } as const
  const own = { ...main, id: siren, key: siren, residentId: null, role: 'siren', room: '' } as const
  await directory.put({ ...rows, contacts: [contact], devices: [...rows.devices, own] })
  await directory.putPlan({ plan, siteId: null, residentId: null, kind: 'any' })
  await reach.putReach({ ...usualReach('anna'), email: 'anna@example.org', day: ['push', 'email'], night: ['email'] })
  for (const id of [terminal, siren]) await directory.putCredential(id, hashToken(pepper, tokenOf(id)))
}

const by = (platform: Platform, alarmId: string) => (event: object) =>
  platform.desk.handle({
    ...event,
    subjectId: 'resident-0',
    siteId: 'site-1',
    alarmId,
    at: Date.now(),
    by: '王护士',
  } as unknown as CareEventDraft)

test('recorded, seen, coming with name and minutes, and over; while the group, the daughter and the siren are called', {
  timeout: 60_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-answered-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const robot = await openReceiver()
  onTestFinished(robot.close)
  robot.answerWith((_request, response) => void response.writeHead(200).end('{"errcode":0,"errmsg":"ok"}'))
  const mailbox = await openMailbox()
  const config = readConfig({
    ...{ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0', ANLING_PUSH_CONTACT: 'mailto:care@example.org' },
    ...{ ANLING_WECOM_URL: `${robot.url}?key=very-secret-key`, ANLING_WEBHOOK_ALLOW_PRIVATE: 'true' },
    ...{ ANLING_SMTP_URL: mailbox.url, ANLING_SMTP_ALLOW_PLAIN: 'true', ANLING_MAIL_FROM: 'care@example.org' },
  })
  const said: string[] = []
  const start = () =>
    startPlatform({
      ...{ config, write: () => {}, onFatal: (error: unknown) => said.push(String(error)) },
      log: (level, message, ids) => void said.push(`${level} ${message} ${JSON.stringify(ids ?? {})}`),
    })
  let platform = await start()
  onTestFinished(() => platform.close())
  await furnish(platform)
  const horn = await device(platform.mqttPort, siren)
  const box = await device(platform.mqttPort, terminal)

  // Whoever changes where she is, the family's page hears of it.
  const moved: string[] = []
  platform.modeNews.subscribe((ids) => void moved.push(...ids))
  await box.client.publishAsync(`care/${terminal}/mode`, JSON.stringify({ mode: 'guest' }), { qos: 1 })
  expect(moved).toEqual(['resident-0'])

  await box.client.publishAsync(`care/${terminal}/sos`, JSON.stringify({ id: 'press-1' }), { qos: 1 })
  await until(() => box.kinds().includes('recorded') && horn.kinds().includes('ring'))
  await until(() => robot.received.length === 1 && mailbox.mails.length === 1)
  expect(mailbox.mails).toEqual(['anna@example.org'])
  const alarmId = box.heard[0]?.alarmId ?? ''
  expect(JSON.parse(robot.received[0]?.body ?? '').text.content).toContain(alarmId)

  const ask = by(platform, alarmId)
  await ask({ kind: 'acknowledge-asked' })
  await until(() => horn.kinds().includes('hush'))
  await ask({ kind: 'note-asked', action: 'on-my-way', text: '', coming: { minutes: 8 } })
  await until(() => box.kinds().length === 3)
  expect(box.kinds()).toEqual(['recorded', 'seen', 'coming'])
  expect(box.heard[2]).toMatchObject({ who: '王护士', minutes: 8, say: { zh: '王护士正在赶来，大约 8 分钟到。' } })

  box.client.end(true)
  await ask({ kind: 'resolve-asked', outcome: 'help-given', text: '' })
  await platform.close()
  platform = await start()
  const back = await device(platform.mqttPort, terminal)
  await until(() => back.heard.length > 0)
  expect(back.kinds()).toEqual(['over'])
  await until(() => platform.post.waiting() === 0)

  expect(said.filter((line) => /very-secret|anna@example|Anna|王护士|press-1"/.test(line))).toEqual([])
  expect(platform.outbox.health().every(({ works }) => works)).toBe(true)
})
