/** HTTPS on a real port: the bound cookie, and a live screen over it. Skipped where there is no openssl to make a certificate. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { afterAll, expect, test } from 'vitest'
import type { Me } from '../contracts.ts'
import { cookieOf, openWorld, password, type Screen, snapshotOf } from './world.contract.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'anling-tls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function certificate(): { cert: Buffer; key: Buffer } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

type Posted = { status: number; cookie: string; body: string }
function post(url: string, payload: object, ca: Buffer): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', origin: new URL(url).origin }
    const sent = request(url, { method: 'POST', ca, headers }, (response) => {
      let body = ''
      response.on('data', (part) => {
        body += part
      })
      const cookie = String(response.headers['set-cookie'])
      response.on('end', () => resolve({ status: response.statusCode ?? 0, cookie, body }))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(payload))
  })
}

test.skipIf(!hasOpenssl)(
  'over HTTPS the session is bound to the host, and screens live on it (skipped when openssl is not installed)',
  async () => {
    const tls = certificate()
    const settings = { host: '127.0.0.1', port: 0, publicOrigin: '', webRoot: folder, tls }
    const world = await openWorld({ settings })
    await world.addUsers()
    const url = world.url.replace('127.0.0.1', 'localhost')
    expect(url).toMatch(/^https:/)
    const answer = await post(`${url}/api/sign-in`, { name: 'op-a', password }, tls.cert)
    expect([answer.status, (JSON.parse(answer.body) as Me).name]).toEqual([200, 'op-a'])
    expect(answer.cookie).toMatch(/^__Host-anling=.*; Secure/)
    const extraHeaders = { cookie: cookieOf(answer.cookie), origin: url }
    const screen: Screen = io(url, { transports: ['websocket'], reconnection: false, ca: tls.cert.toString(), extraHeaders })
    expect((await snapshotOf(screen)).sites.map(({ id }) => id)).toEqual(['a'])
    screen.disconnect()
    await world.close()
  },
)
