/** Who somebody claims to be by another platform's formula, and whether a secret proves it. Pure and in microseconds: it runs at every login. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { hours, type Instant, type Span } from '../domain/time.ts'
import type { VendorScheme } from '../domain/vendor-login.ts'

export type Connect = { clientId: string; username: string; password: string }

/** `name` as `vendorKey` writes it. `proof` is what the device sent, `expected` what a secret makes of the same words; neither is ever shown. */
export type VendorClaim = { scheme: VendorScheme; name: string; isInTime: boolean; proof: Buffer; expected: (secret: Uint8Array) => Buffer }

const longest = 512
const readers: readonly ((connect: Connect, now: Instant) => VendorClaim | null)[] = [alink, oneNet, huawei, tencent, tuya]

/** The claim of this CONNECT, or null when it is written by none of the formulas. Never throws. */
export function vendorClaim(connect: Connect, now: Instant): VendorClaim | null {
  if (connect.clientId.length > longest || connect.username.length > longest || connect.password.length > longest) return null
  for (const read of readers) {
    const claim = read(connect, now)
    if (claim) return claim
  }
  return null
}

const nobody: readonly Uint8Array[] = [new Uint8Array(32)]

/** Whether one of the secrets proves the claim. An unknown name costs the same as a wrong signature. */
export function proves({ isInTime, proof, expected }: VendorClaim, secrets: readonly Uint8Array[] | undefined): boolean {
  let found = false
  for (const secret of secrets?.length ? secrets : nobody) {
    const wanted = expected(secret)
    if (wanted.length === proof.length && timingSafeEqual(wanted, proof)) found = true
  }
  return found && isInTime && secrets !== undefined
}

type Hash = 'md5' | 'sha1' | 'sha256'
const sign =
  (hash: Hash, content: string) =>
  (secret: Uint8Array): Buffer =>
    createHmac(hash, secret).update(content).digest()
const hexOf = (text: string): Buffer => Buffer.from(/^[0-9a-fA-F]{32,64}$/.test(text) ? text : '', 'hex')

/** `name=value` pairs between commas or ampersands; of two with one name the last. */
function pairsOf(text: string, between: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(between).map((pair) => {
      const equals = pair.indexOf('=')
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )
}

const alinkHashes: Readonly<Record<string, Hash>> = { hmacmd5: 'md5', hmacsha1: 'sha1', hmacsha256: 'sha256' }

/** Alibaba: `id|securemode=…,signmethod=…,timestamp=…|`, `device&product`; the words in the order of their names. Its platform does not look at the time, which many terminals do not have. */
function alink({ clientId, username, password }: Connect): VendorClaim | null {
  const [, id = '', said = ''] = /^([^|]{1,128})\|([^|]+)\|$/.exec(clientId) ?? []
  const [, device = '', product = ''] = /^([^&]{1,64})&([^&]{1,64})$/.exec(username) ?? []
  if (id === '' || device === '') return null
  const words = pairsOf(said, ',')
  const hash = alinkHashes[(words.get('signmethod') ?? 'hmacmd5').toLowerCase()]
  if (!hash) return null
  const timestamp = words.get('timestamp')
  const content = `clientId${id}deviceName${device}productKey${product}${timestamp === undefined ? '' : `timestamp${timestamp}`}`
  return { scheme: 'alink', name: `${product}/${device}`, isInTime: true, proof: hexOf(password), expected: sign(hash, content) }
}

const oneNetHashes: Readonly<Record<string, Hash>> = { md5: 'md5', sha1: 'sha1', sha256: 'sha256' }

/** China Mobile: the password is a token that says until when it is good, for this device and no other. */
function oneNet({ clientId, username, password }: Connect, now: Instant): VendorClaim | null {
  if (!password.startsWith('version=')) return null
  const words = pairsOf(password, '&')
  const [version = '', et = '', method = ''] = ['version', 'et', 'method'].map((name) => words.get(name))
  const res = decoded(words.get('res'))
  const hash = oneNetHashes[method]
  if (!hash || !/^\d{1,12}$/.test(et) || res !== `products/${username}/devices/${clientId}`) return null
  const proof = Buffer.from(decoded(words.get('sign')), 'base64')
  const isInTime = Number(et) * 1_000 > now
  return { scheme: 'onenet', name: `${username}/${clientId}`, isInTime, proof, expected: sign(hash, [et, method, res, version].join('\n')) }
}

function decoded(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '')
  } catch {
    return ''
  }
}

/** How far the hour in the client id may be from ours: kind 1 says that its clock is to be checked, kind 0 that it need not be; some of those write local time. */
const huaweiWindow: Readonly<Record<string, Span>> = { 0: hours(24), 1: hours(2) }

/** Huawei: the hour of the connection (UTC) is the key, the secret what is signed. */
function huawei({ clientId, username, password }: Connect, now: Instant): VendorClaim | null {
  const [, device = '', kind = '', hour = ''] = /^([A-Za-z0-9_-]{1,128})_0_([01])_(\d{10})$/.exec(clientId) ?? []
  if (device === '' || device !== username) return null
  const at = Date.UTC(Number(hour.slice(0, 4)), Number(hour.slice(4, 6)) - 1, Number(hour.slice(6, 8)), Number(hour.slice(8)))
  const isInTime = Math.abs(at - now) <= (huaweiWindow[kind] ?? 0)
  const expected = (secret: Uint8Array): Buffer => createHmac('sha256', hour).update(secret).digest()
  return { scheme: 'huawei', name: device, isInTime, proof: hexOf(password), expected }
}

const tencentHashes: Readonly<Record<string, Hash>> = { hmacsha1: 'sha1', hmacsha256: 'sha256' }

/** Tencent: `product+device;application;connection;until`, and a signature of just that. */
function tencent({ clientId, username, password }: Connect, now: Instant): VendorClaim | null {
  const [, name = '', until = ''] = /^([A-Za-z0-9_.:@=-]{2,128});\d{1,12};[^;]{0,32};(\d{1,12})$/.exec(username) ?? []
  const [, proof = '', method = ''] = /^([0-9a-fA-F]{40,64});(\w+)$/.exec(password) ?? []
  const hash = tencentHashes[method]
  if (!hash || name !== clientId) return null
  return { scheme: 'tencent', name, isInTime: Number(until) * 1_000 > now, proof: hexOf(proof), expected: sign(hash, username) }
}

/** Tuya: `tuyalink_device`, and `device|signMethod=hmacSha256,timestamp=…,secureMode=1,accessType=1`. */
function tuya({ clientId, username, password }: Connect): VendorClaim | null {
  const [, device = '', said = ''] = /^([A-Za-z0-9_-]{1,64})\|(.+)$/.exec(username) ?? []
  const words = pairsOf(said, ',')
  const timestamp = words.get('timestamp') ?? ''
  if (clientId !== `tuyalink_${device}` || words.get('signMethod') !== 'hmacSha256' || !/^\d{1,13}$/.test(timestamp)) return null
  const [mode = '1', access = '1'] = ['secureMode', 'accessType'].map((each) => words.get(each))
  const content = `deviceId=${device},timestamp=${timestamp},secureMode=${mode},accessType=${access}`
  return { scheme: 'tuya', name: device, isInTime: true, proof: hexOf(password), expected: sign('sha256', content) }
}
