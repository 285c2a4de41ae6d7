/** The bridge against a real Mosquitto that is killed in between: nothing is lost, nothing is thanked before it is recorded, the forms of ChirpStack and The Things Stack come through. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../bench/lib/ports.ts'
import { systemClock } from '../domain/clock.ts'
import type { InboundMessage } from '../domain/message.ts'
import { openBridge } from './bridge.ts'
import { certificate } from './certificate.contract.ts'
import { afterwards, closeAll, until } from './house.contract.ts'

const mosquitto = '/usr/sbin/mosquitto'
const isThere = existsSync(mosquitto)
const line = 'Mosquitto is not installed (apt-get install mosquitto): the bridge was not tried against a real broker'
if (!isThere && process.env.CI) throw new Error(line)
if (!isThere) console.warn(line)
const tried = test.skipIf(!isThere)

afterEach(closeAll)

/** A Mosquitto that keeps its sessions on disk at every change; killed hard and started again on the same port. */
async function openMosquitto({ secure = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'anling-mosquitto-'))
  const port = await freePort()
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(cert, certificate.cert)
  writeFileSync(key, certificate.key)
  const tls = secure ? `certfile ${cert}\nkeyfile ${key}\n` : ''
  const persistence = `persistence true\npersistence_location ${folder}/\nautosave_on_changes true\nautosave_interval 1\nmax_queued_messages 0\n`
  writeFileSync(join(folder, 'conf'), `user root\nlistener ${port} 127.0.0.1\nallow_anonymous true\n${tls}${persistence}`)
  let child: ChildProcess | null = null
  const start = () => {
    child = spawn(mosquitto, ['-c', join(folder, 'conf')], { stdio: 'ignore' })
  }
  const kill = () =>
    new Promise<void>((resolve) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  const kept = () => statSync(join(folder, 'mosquitto.db'), { throwIfNoEntry: false })?.ino
  /** What it has thanked for is on the disk: it writes a new file when it is told to. */
  const keep = async () => {
    const before = kept()
    child?.kill('SIGUSR1')
    await until(() => kept() !== before)
  }
  start()
  afterwards(kill)
  return { port, cert, start, kill, keep, url: `${secure ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}` }
}

async function publisher(url: string) {
  const client = mqtt.connect(url, { reconnectPeriod: 200, rejectUnauthorized: false })
  client.on('error', () => {})
  afterwards(() => client.endAsync(true))
  await until(() => client.connected)
  return client
}

function bridge(url: string, accept: (message: InboundMessage) => Promise<void>, more: { ca?: string; deviceId?: string } = {}) {
  const topics = ['application/+/device/+/event/+', 'v3/+/devices/+/up']
  const said: string[] = []
  const log = (_level: string, sentence: string) => void said.push(sentence)
  let hears = false
  const afterProbe = (message: InboundMessage) => {
    if (message.topic !== probe) return accept(message)
    hears = true
    return Promise.resolve()
  }
  const opened = openBridge({ deviceId: 'lora-001', url, topics, ...more }, { accept: afterProbe, clock: systemClock, log })
  afterwards(() => opened.close())
  /** Connected is not subscribed yet, and what is published in between is nobody's. */
  const listening = async (device: MqttClient) => {
    for (; !hears; await soon(10)) await device.publishAsync(probe, '', { qos: 0 })
  }
  return { opened, said, listening }
}

const probe = 'application/probe/device/probe/event/up'
const soon = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
const topicOf = (device: number) => (device % 2 ? `application/7/device/24e1${device}/event/up` : `v3/app@ttn/devices/dev-${device}/up`)

tried(
  'killed twice in between, with messages refused by our store now and then: none is lost, each device in order',
  async () => {
    const other = await openMosquitto()
    const recorded: string[] = []
    let calls = 0
    const { opened, said, listening } = bridge(other.url, async ({ topic, payload }) => {
      await soon(2)
      calls += 1
      if (calls % 97 === 0) throw new Error('no room')
      recorded.push(`${topic} ${Buffer.from(payload).toString()}`)
    })
    await until(() => opened.connected() && said.includes('The bridge is connected'))
    const device = await publisher(other.url)
    await listening(device)
    const all: string[] = []
    for (let turn = 0; turn < 300; turn += 1) {
      const topic = topicOf(turn % 6)
      all.push(`${topic} ${turn}`)
      await device.publishAsync(topic, String(turn), { qos: 1 })
      if (turn === 100 || turn === 200) {
        await other.keep()
        await other.kill()
        other.start()
        await until(() => device.connected)
      }
    }
    await until(() => new Set(recorded).size === all.length, 30)
    expect(new Set(recorded)).toEqual(new Set(all))
    const firsts = [...new Set(recorded)]
    for (let device = 0; device < 6; device += 1) {
      const own = firsts.filter((each) => each.startsWith(`${topicOf(device)} `)).map((each) => Number(each.split(' ')[1]))
      const lastOf = recorded.filter((each) => each.startsWith(`${topicOf(device)} `)).at(-1)
      expect(own).toHaveLength(50)
      expect(Number(lastOf?.split(' ')[1])).toBe(Math.max(...own))
    }
  },
  60_000,
)

tried(
  'nothing is thanked before it is recorded: what hangs when we go away comes again',
  async () => {
    const other = await openMosquitto()
    let begun = 0
    const { opened, listening } = bridge(other.url, () => {
      begun += 1
      return new Promise(() => {})
    })
    await until(() => opened.connected())
    const device = await publisher(other.url)
    await listening(device)
    for (const turn of [1, 2, 3]) await device.publishAsync(topicOf(turn), String(turn), { qos: 1 })
    await until(() => begun === 3)
    await opened.close()
    const again: string[] = []
    bridge(other.url, async ({ payload }) => void again.push(Buffer.from(payload).toString()))
    await until(() => again.length === 3)
    expect(again).toEqual(['1', '2', '3'])
  },
  30_000,
)

tried(
  'several brokers at once, one over TLS with a certificate we were told to trust, another not trusted',
  async () => {
    const [plain, secure] = [await openMosquitto(), await openMosquitto({ secure: true })]
    const heard: string[] = []
    const accept = async ({ senderId }: InboundMessage) => void heard.push(senderId)
    const [first, second] = [bridge(plain.url, accept), bridge(secure.url, accept, { ca: secure.cert, deviceId: 'lora-002' })]
    const stranger = bridge(secure.url, accept, { deviceId: 'lora-003' })
    await until(() => first.opened.connected() && second.opened.connected())
    for (const [{ url }, { listening }] of [
      [plain, first],
      [secure, second],
    ] as const) {
      const device = await publisher(url)
      await listening(device)
      await device.publishAsync(topicOf(1), 'x', { qos: 1 })
    }
    await until(() => heard.length === 2)
    expect(heard.sort()).toEqual(['lora-001', 'lora-002'])
    expect(stranger.opened.connected()).toBe(false)
  },
  30_000,
)
