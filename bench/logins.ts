/** `npm run bench:logins`: what one check of a login costs, by the way a device proves itself, with a good proof and with a wrong one. No bar: it is told, so that a storm of logins can be reckoned. */
import { createHmac, randomBytes } from 'node:crypto'
import { hashToken, newToken, tokenMatches } from '../broker/credentials.ts'
import { type Connect, proves, vendorClaim } from '../broker/vendor-claims.ts'
import type { StoredCredential } from '../domain/message.ts'
import { firstMoment } from '../ingest/recorder.ts'
import { machine, percentiles, report } from './lib/figures.ts'

const warmUps = 5_000
const batches = 200
const perBatch = 50

const secret = randomBytes(32)
const hmac = (hash: string, key: string | Buffer, said: string) => createHmac(hash, key).update(said)
const soon = Math.floor(firstMoment / 1_000) + 3_600
const hour = new Date(firstMoment).toISOString().replaceAll(/[-T]/g, '').slice(0, 10)

function alink(hash: 'md5' | 'sha1' | 'sha256'): Connect {
  const password = hmac(hash, secret, 'clientId86deviceNamesos1productKeya1BcDtimestamp789').digest('hex')
  return { clientId: `86|securemode=3,signmethod=hmac${hash},timestamp=789|`, username: 'sos1&a1BcD', password }
}

function oneNet(hash: 'sha1' | 'sha256'): Connect {
  const res = 'products/Qw3rTy/devices/sos1'
  const sign = hmac(hash, secret, `${soon}\n${hash}\n${res}\n2018-10-31`).digest('base64')
  const words = { version: '2018-10-31', res, et: String(soon), method: hash, sign }
  const password = Object.entries(words)
    .map(([word, value]) => `${word}=${encodeURIComponent(value)}`)
    .join('&')
  return { clientId: 'sos1', username: 'Qw3rTy', password }
}

const tencentName = `ABCDEsos1;12010126;k3J9x;${soon}`
const tuyaWords = `timestamp=${soon},secureMode=1,accessType=1`
const connects: Readonly<Record<string, Connect>> = {
  'alink-md5': alink('md5'),
  'alink-sha1': alink('sha1'),
  'alink-sha256': alink('sha256'),
  'onenet-sha1': oneNet('sha1'),
  'onenet-sha256': oneNet('sha256'),
  huawei: { clientId: `watch9_0_1_${hour}`, username: 'watch9', password: hmac('sha256', hour, secret.toString('latin1')).digest('hex') },
  tencent: { clientId: 'ABCDEsos1', username: tencentName, password: `${hmac('sha256', secret, tencentName).digest('hex')};hmacsha256` },
  tuya: {
    clientId: 'tuyalink_dev9',
    username: `dev9|signMethod=hmacSha256,${tuyaWords}`,
    password: hmac('sha256', secret, `deviceId=dev9,${tuyaWords}`).digest('hex'),
  },
}

/** Huawei signs the text of the secret, whose bytes here are its letters. */
const secretOf = (name: string): Uint8Array => (name === 'huawei' ? Buffer.from(secret.toString('latin1')) : secret)

/** Microseconds of one check, the median of batches. It must answer what it should, each time. */
function measure(check: () => boolean, wanted: boolean): number {
  const once = () => {
    if (check() !== wanted) throw new Error(`A login was ${wanted ? 'refused' : 'taken'} that should not be`)
  }
  for (let i = 0; i < warmUps; i++) once()
  const spent: number[] = []
  for (let batch = 0; batch < batches; batch++) {
    const from = performance.now()
    for (let i = 0; i < perBatch; i++) once()
    spent.push(((performance.now() - from) * 1_000) / perBatch)
  }
  return percentiles(spent).p50
}

const checkVendor = (connect: Connect, secrets: readonly Uint8Array[] | undefined) => (): boolean => {
  const claim = vendorClaim(connect, firstMoment)
  return claim !== null && proves(claim, secrets)
}

function token(): { good: () => boolean; wrong: () => boolean; rotating: () => boolean; unknown: () => boolean } {
  const [pepper, text] = [randomBytes(32), newToken()]
  const stored: StoredCredential = { deviceId: 'dev-0001', tokenHashes: [hashToken(pepper, text)], carries: [], base: '' }
  const two = { ...stored, tokenHashes: [hashToken(pepper, newToken()), hashToken(pepper, text)] }
  const [right, other] = [Buffer.from(text), Buffer.from(newToken())]
  return {
    good: () => tokenMatches(pepper, right, stored),
    wrong: () => tokenMatches(pepper, other, stored),
    rotating: () => tokenMatches(pepper, right, two),
    unknown: () => tokenMatches(pepper, right, null),
  }
}

console.log('machine', machine())
const own = token()
const micros: Record<string, { good: number; wrong: number }> = {
  token: { good: measure(own.good, true), wrong: measure(own.wrong, false) },
  'token-two-valid': { good: measure(own.rotating, true), wrong: measure(own.unknown, false) },
}
for (const [name, connect] of Object.entries(connects)) {
  const good = measure(checkVendor(connect, [secretOf(name)]), true)
  micros[name] = { good, wrong: measure(checkVendor(connect, [randomBytes(32)]), false) }
}
for (const [name, { good, wrong }] of Object.entries(micros))
  console.log(`  ${name.padEnd(16)} good ${good.toFixed(2)} µs, wrong ${wrong.toFixed(2)} µs`)
const most = Math.max(...Object.values(micros).flatMap(({ good, wrong }) => [good, wrong]))
console.log(`dearest ${most} µs: one core checks ${Math.floor(1e6 / most)} of them a second`)
report({ logins: micros, most })
