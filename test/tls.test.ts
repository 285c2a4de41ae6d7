/** TLS as it is run: a renewed certificate is shown without a restart and a broken one is not; a device comes by its own certificate and is cut when that is taken back. */
import { copyFileSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as dial } from 'node:tls'
import mqtt, { type IClientOptions } from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { openAuthority } from '../broker/ca.ts'
import { afterwards, closeAll, until } from '../broker/house.contract.ts'
import { readConfig } from '../config.ts'
import { systemClock } from '../domain/clock.ts'
import { type Platform, startPlatform } from '../main.ts'

afterEach(closeAll)

const device = (id: string) => ({
  ...{ id, siteId: 's', residentId: null, gatewayId: null, family: 'native' as const, key: id, base: '' },
  ...{ role: 'sos-button' as const, room: '', power: 'mains' as const, heartbeatSeconds: null },
})

async function openTown(more: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'anling-tls-'))
  const file = (name: string) => join(folder, name)
  const authority = openAuthority(folder, systemClock)
  await authority.init('Test authority')
  await authority.server(['localhost', '127.0.0.1'], 30)
  const said: string[] = []
  const config = readConfig({
    ...{ ANLING_DATA_DIR: file('data'), ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0', ANLING_MQTTS_PORT: '0' },
    ...{ ANLING_TLS_CERT: file('server.crt'), ANLING_TLS_KEY: file('server.key') },
    ...{ ANLING_TLS_DEVICE_CA: file('ca.crt'), ANLING_TLS_DEVICE_CRL: file('revoked.crl') },
    ...more,
  })
  const fail = (error: unknown) => {
    throw error
  }
  const platform = await startPlatform({ config, log: (_level, text) => void said.push(text), write: () => {}, onFatal: fail })
  afterwards(() => platform.close())
  await platform.directory.put({
    sites: [{ id: 's', name: 's', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '' }],
    devices: [device('term-0001'), device('term-0002')],
  })
  return { platform, authority, file, said }
}

/** The serial number that is shown on this port. */
const shownOn = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = dial({ port, host: '127.0.0.1', rejectUnauthorized: false, servername: 'localhost' }, () => {
      resolve(socket.getPeerCertificate().serialNumber.toLowerCase())
      socket.destroy()
    })
    socket.on('error', reject)
  })
const ports = ({ mqttsPort, url }: Platform): number[] => [Number(mqttsPort), Number(new URL(url).port)]

test('a renewed certificate is shown on both doors without a restart; broken files change nothing and are told once', async () => {
  const { platform, authority, file, said } = await openTown()
  const first = authority.list().at(-1)?.serial
  for (const port of ports(platform)) expect(await shownOn(port)).toBe(first)
  copyFileSync(file('server.key'), file('former.key'))
  await authority.server(['localhost'], 30)
  const second = authority.list().at(-1)?.serial
  process.emit('SIGHUP')
  await until(() => said.includes('The TLS certificate was read anew'))
  for (const port of ports(platform)) expect(await shownOn(port)).toBe(second)
  // Somebody else's key, then nothing that could be read at all: seen by the regular look.
  copyFileSync(file('former.key'), file('server.key'))
  await until(() => said.some((text) => text.startsWith('The new certificate or list cannot be used')))
  writeFileSync(file('server.crt'), 'half a fi')
  process.emit('SIGHUP')
  await until(() => said.filter((text) => text.startsWith('The new certificate or list cannot be used')).length === 2)
  for (const port of ports(platform)) expect(await shownOn(port)).toBe(second)
})

test('a device comes by its own certificate, as nobody else, and is cut when it is taken back; a revoked device needs a new one', async () => {
  const { platform, authority, file } = await openTown()
  for (const id of ['term-0001', 'term-0002']) await authority.device(id, 30)
  expect(statSync(file('device-term-0001.key')).mode & 0o777).toBe(0o600)
  const url = `mqtts://127.0.0.1:${platform.mqttsPort}`
  const files = (id: string): IClientOptions =>
    ({ cert: file(`device-${id}.crt`), key: file(`device-${id}.key`), ca: file('ca.crt') }) as IClientOptions
  const come = async (clientId: string, of: string, more: IClientOptions = {}) => {
    const { readFileSync } = await import('node:fs')
    const pem = Object.fromEntries(Object.entries(files(of)).map(([name, path]) => [name, readFileSync(String(path))]))
    const client = await mqtt.connectAsync(url, { clientId, reconnectPeriod: 0, ...pem, ...more }, false)
    client.on('error', () => {})
    afterwards(() => client.endAsync(true))
    return client
  }
  const first = await come('term-0001', 'term-0001')
  await first.publishAsync('care/term-0001/sos', '{"id":"p1"}', { qos: 1 })
  await expect(come('term-0002', 'term-0001')).rejects.toThrow()
  await expect(come('term-0001', 'term-0001', { username: 'term-0002' })).rejects.toThrow()
  const second = await come('term-0002', 'term-0002')
  expect(await authority.revoke('term-0001')).toBe(1)
  await until(() => !first.connected)
  expect(second.connected).toBe(true)
  await expect(come('term-0001', 'term-0001')).rejects.toThrow()
  // By the register of devices: all its certificates of before are over, a newer one is good.
  await platform.directory.revokeCredentials('term-0002')
  await until(() => !second.connected)
  await expect(come('term-0002', 'term-0002')).rejects.toThrow()
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await authority.device('term-0002', 30)
  expect((await come('term-0002', 'term-0002')).connected).toBe(true)
})

test('without TLS nothing but this machine is listened to, until the setting says so', async () => {
  const { said } = await openTown({ ANLING_HOST: '0.0.0.0' })
  expect(said.filter((text) => text.includes('ANLING_MQTT_LAN'))).toHaveLength(1)
  const { said: open } = await openTown({ ANLING_HOST: '0.0.0.0', ANLING_MQTT_LAN: 'true' })
  expect(open.filter((text) => text.includes('ANLING_MQTT_LAN'))).toEqual([])
})
