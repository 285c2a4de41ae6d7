/** A terminal made for Alibaba's platform, on the whole of ours: its name and secret are given over the API, it presses by its own formula, and loses it all when it is revoked. */
import { createHmac } from 'node:crypto'
import mqtt from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { openPlatform, peopleOf, until } from './enrolment-stage.ts'

const route = '/api/devices/btn-site-a-1/vendor-login'
const login = { scheme: 'alink', product: 'pk1', device: 'dev1', secret: 'a secret of ours' }

test('given, used, shown without its secret, revoked', { timeout: 60_000 }, async () => {
  const platform = await openPlatform()
  const { person } = await peopleOf(platform)
  const [anna, ben] = [await person('anna', 'supervisor', 'site-a'), await person('ben', 'supervisor', 'site-b')]
  expect((await ben('POST', route, login)).status).toBe(404)
  expect((await anna('POST', route, login)).json.fields).toMatchObject([{ path: 'scheme' }])
  const rows = await platform.directory.rows('all')
  const button = rows.devices.find(({ id }) => id === 'btn-site-a-1')
  if (!button) throw new Error('no such button')
  await platform.directory.put({ devices: [{ ...button, family: 'thing-model' }] })
  const answer = { scheme: 'alink', product: 'pk1', device: 'dev1', deviceId: 'btn-site-a-1', secrets: 1, base: '/sys/pk1/dev1' }
  expect((await anna('POST', route, login)).json).toEqual(answer)
  expect((await anna('GET', route)).json).toEqual(answer)

  const password = createHmac('sha256', login.secret).update('clientIdxdeviceNamedev1productKeypk1').digest('hex')
  const names = { clientId: 'x|securemode=3,signmethod=hmacsha256|', username: 'dev1&pk1', password, reconnectPeriod: 0 }
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, names)
  onTestFinished(() => void client.end(true))
  await client.publishAsync('/sys/pk1/dev1/thing/event/property/post', JSON.stringify({ id: '1', params: { sos: 1 } }), { qos: 1 })
  const [alarm] = await platform.store.openAlarms('all')
  expect(alarm).toMatchObject({ kind: 'sos', subjectId: 'res-site-a-1' })
  expect((await anna('DELETE', route)).status).toBe(204)
  await until(async () => expect(client.connected).toBe(false))
  expect((await anna('GET', route)).json).toBeNull()
  await expect(mqtt.connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, names)).rejects.toThrow()
})
