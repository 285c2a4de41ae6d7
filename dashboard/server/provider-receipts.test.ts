/** A provider's report is believed by its own proof alone, over the body as it came, and is recorded; everything else is refused and leaves nothing. */
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { openChannelHealth } from '../../alerts/outbox/channel-health.ts'
import { startReceiptDesk } from '../../alerts/outbox/receipt-desk.ts'
import { twilioSignature } from '../../alerts/outbox/receipts.ts'
import { systemClock } from '../../domain/clock.ts'
import { type Database, openDatabase } from '../../store/sqlite/database.ts'
import { openReach } from '../../store/sqlite/reach.ts'
import { needsOf, temporaryFolder } from '../../store/sqlite/world.contract.ts'
import { openWorld, type World } from './world.contract.ts'

const publicOrigin = 'https://care.example.org'
const address = '/api/receipts/twilio'
const token = 'not-the-real-token'
const fields = 'MessageSid=SM1&MessageStatus=delivered&To=%2B8613800000000'

let world: World
let database: Database
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

async function begin(): Promise<void> {
  const dataDir = await temporaryFolder()
  database = openDatabase(needsOf(dataDir))
  const secrets = { twilioToken: token, aliyunKey: 'the-key' }
  const health = openChannelHealth(systemClock, [])
  const desk = startReceiptDesk({ reach: openReach(database), health, secrets, clock: systemClock, log() {} })
  const settings = { host: '127.0.0.1', port: 0, publicOrigin, webRoot: '/nowhere' }
  world = await openWorld({ settings, takeReport: desk.take })
  undo.push(() => rm(dataDir, { recursive: true }), database.close, desk.stop, world.close)
}

/** As a provider does it: no cookie, no Origin. The code of the answer. */
async function report(path: string, body: string, more: Record<string, string> = {}): Promise<number> {
  const { port } = world.dashboard.httpServer.address() as { port: number }
  const headers = { host: 'care.example.org', 'content-type': 'application/x-www-form-urlencoded', ...more }
  const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode ?? 0
}
const signed = (body: string) => ({ 'x-twilio-signature': twilioSignature(token, `${publicOrigin}${address}`, new URLSearchParams(body)) })
const recorded = () => database.reader.prepare('select channel, reference, state from receipts').all()

test('what Twilio signed is recorded; what it did not sign, or signed for other fields, is refused', async () => {
  await begin()
  expect(await report(address, fields, signed(fields))).toBe(200)
  expect(recorded()).toMatchObject([{ channel: 'sms-twilio', reference: 'SM1', state: 'reached' }])
  expect(await report(address, fields)).toBe(403)
  expect(await report(address, `${fields}&More=1`, signed(fields))).toBe(403)
  expect(await report('/api/receipts/nobody', fields)).toBe(404)
  expect(recorded()).toHaveLength(1)
})

test('what could not be recorded is not thanked, so that it is reported again', async () => {
  await begin()
  database.close()
  expect(await report(address, fields, signed(fields))).toBe(503)
})

test('other routes still read JSON and want a session', async () => {
  await begin()
  const headers = { host: 'care.example.org', origin: publicOrigin }
  expect((await world.ask({ method: 'POST', url: '/api/alarms/x/shelve', payload: {}, headers })).statusCode).toBe(401)
})
