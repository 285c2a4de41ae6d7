/** A whole platform for the tests of enrolment: two sites, a gateway of each family wanted, people of each role, and ways to wait. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { hashToken, newToken } from '../broker/credentials.ts'
import { readConfig } from '../config.ts'
import { siteRows } from '../dashboard/server/world.contract.ts'
import type { SimFamily } from '../devices-sim/families/family.ts'
import { openPlayer, type Player } from '../devices-sim/families/play.ts'
import { systemClock } from '../domain/clock.ts'
import { type Platform, startPlatform } from '../main.ts'

const password = 'a long enough sentence'

export async function openPlatform(): Promise<Platform & { dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-flat-'))
  const config = readConfig({ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' })
  const platform = await startPlatform({ config, log: () => {}, write: () => {}, onFatal: () => {} })
  onTestFinished(async () => {
    await platform.close()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  for (const site of ['site-a', 'site-b']) await platform.directory.put(siteRows(site, 2))
  return { ...platform, dataDir }
}

export const gatewayId = ({ name }: SimFamily): string => `gw-${name}`

/** Registers what speaks for a family's devices in the first home of site-a. `role` for families that speak for themselves. */
export async function gatewayOf(
  platform: Platform,
  family: SimFamily,
  residentId: string | null = 'res-site-a-1',
): Promise<{ token: string }> {
  const id = gatewayId(family)
  const own = { siteId: 'site-a', residentId, gatewayId: null, family: family.family, key: id, base: family.base } as const
  const role = family.keys.press === '' ? 'sos-button' : 'gateway'
  await platform.directory.put({ devices: [{ ...own, id, role, room: '', power: 'mains', heartbeatSeconds: null }] })
  const token = newToken()
  await platform.directory.putCredential(id, hashToken(platform.pepper, token))
  return { token }
}

type Playing = { token: string; secret?: string; onAnswer?: (topic: string, payload: string) => void }

export async function playerOf(platform: Platform, family: SimFamily, playing: Playing): Promise<Player> {
  const url = family.post ? platform.url : `mqtt://127.0.0.1:${platform.mqttPort}`
  const player = await openPlayer({ family, url, deviceId: gatewayId(family), clock: systemClock, ...playing })
  onTestFinished(player.stop)
  return player
}

/** What came back; the tests look into it. */
type Answer = { status: number; json: Any }
type Any = ReturnType<typeof JSON.parse>
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>

/** An admin, and whoever else is made. */
export async function peopleOf({ url, setupCode }: Platform) {
  const ask = async (session: { cookie: string; csrf: string }, [method, path]: readonly [string, string], body?: unknown) => {
    const headers = {
      origin: url,
      cookie: session.cookie,
      'x-csrf-token': session.csrf,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await response.text()
    const cookie = response.headers.get('set-cookie')?.split(';', 1)[0]
    return { status: response.status, json: text === '' ? null : JSON.parse(text), cookie: cookie ?? session.cookie }
  }
  const nobody = { cookie: '', csrf: '' }
  const signed = async (answer: ReturnType<typeof ask>): Promise<Ask> => {
    const { json, cookie, status } = await answer
    expect(status).toBe(200)
    const session = { cookie, csrf: String(json?.csrfToken) }
    return (method, path, body) => ask(session, [method, path], body)
  }
  const admin = await signed(ask(nobody, ['POST', '/api/setup'], { code: setupCode, name: 'limin', displayName: '李敏', password }))
  const person = async (name: string, role: string, siteId: string): Promise<Ask> => {
    await admin('POST', '/api/users', { name, displayName: name, role, siteIds: [siteId], password })
    return signed(ask(nobody, ['POST', '/api/sign-in'], { name, password }))
  }
  return { admin, person }
}

/** Waits for what must come true, as long as a busy machine may take. */
export const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 50 })
