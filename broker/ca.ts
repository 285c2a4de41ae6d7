/** A small certificate authority of one's own: server certificates for this platform's names, device certificates (CN = device id), and the list of those taken back. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
// Before the next one, which looks for it.
import 'reflect-metadata'

import * as x509 from '@peculiar/x509'
import { after, type Clock, days, type Instant } from '../domain/time.ts'
import { deviceIdPattern } from '../domain/topics.ts'

/** One certificate that was made here. `name`: the device id, or the server's names. */
export type Issued = { serial: string; kind: 'server' | 'device'; name: string; from: Instant; until: Instant; revokedAt: Instant | null }

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** No certificate is used by anything else than what made it, so that one folder is the whole authority. */
const files = { key: 'ca.key', cert: 'ca.crt', list: 'issued.json', crl: 'revoked.crl' } as const
const authorityDays = 3_650
const crlDays = 3_650
const namePattern = /^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/

/** Its folder, and the clock it dates by. */
type Office = { path(name: string): string; now(): Instant }

/** What is in the folder, and what can be done there. Each deed throws one sentence when it is refused; all files are written whole or not at all, keys for their owner only. */
export function openAuthority(folder: string, clock: Clock) {
  // A certificate knows whole seconds.
  const office: Office = { path: (name) => join(folder, name), now: () => (Math.floor(clock.now() / 1_000) * 1_000) as Instant }
  return {
    /** Makes the authority; refuses where there is one. */
    async init(name: string): Promise<void> {
      if (existsSync(office.path(files.key))) throw new Error(`${folder} holds an authority already; it is not written over.`)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      await found(office, name)
    },
    /** For the platform itself; `names` are host names and addresses. Resolves with the path without its ending. */
    server(names: readonly string[], validDays: number): Promise<string> {
      const wrong = names.find((name) => isIP(name) === 0 && !namePattern.test(name))
      if (names.length === 0 || wrong !== undefined) throw new Error(`“${wrong ?? ''}” is no host name and no address.`)
      const alternative = names.map((name) => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name }))
      const usage = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])
      const extensions = [new x509.SubjectAlternativeNameExtension(alternative), usage]
      return issue(office, { kind: 'server', name: names.join(','), validDays, stem: 'server', extensions })
    },
    device(deviceId: string, validDays: number): Promise<string> {
      if (!deviceIdPattern.test(deviceId)) throw new Error(`“${deviceId}” is no device id.`)
      const extensions = [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]
      return issue(office, { kind: 'device', name: deviceId, validDays, stem: `device-${deviceId}`, extensions })
    },
    /** By serial number, or all of one device. Resolves with how many were taken back now. */
    async revoke(which: string): Promise<number> {
      const all = listOf(office)
      const isMeant = ({ serial, kind, name, revokedAt }: Issued): boolean =>
        revokedAt === null && (serial === which.toLowerCase() || (kind === 'device' && name === which))
      writeList(
        office,
        all.map((each) => (isMeant(each) ? { ...each, revokedAt: office.now() } : each)),
      )
      await writeCrl(office)
      return all.filter(isMeant).length
    },
    list: (): readonly Issued[] => listOf(office),
  }
}

const date = (at: Instant): Date => new Date(at)
const listOf = ({ path }: Office): Issued[] => JSON.parse(readFileSync(path(files.list), 'utf8')) as Issued[]
const writeList = ({ path }: Office, all: readonly Issued[]): void => writeWhole(path(files.list), JSON.stringify(all, null, 1), 0o600)

async function found(office: Office, name: string): Promise<void> {
  const { path, now } = office
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: newSerial(), name: [{ CN: [name] }], notBefore: date(now()), notAfter: date(after(now(), days(authorityDays))) },
    ...{ keys, signingAlgorithm: algorithm },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  writeList(office, [])
  writeWhole(path(files.cert), `${cert.toString('pem')}\n`, 0o644)
  writeWhole(path(files.key), await pemOf(keys.privateKey), 0o600)
  await writeCrl(office)
}

async function authorityIn({ path }: Office) {
  if (!existsSync(path(files.key))) throw new Error(`There is no ${path(files.key)}; make an authority with: npm run ca -- init`)
  const der = x509.PemConverter.decodeFirst(readFileSync(path(files.key), 'utf8'))
  const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  return { key, cert: new x509.X509Certificate(readFileSync(path(files.cert), 'utf8')) }
}

async function writeCrl(office: Office): Promise<void> {
  const { key, cert } = await authorityIn(office)
  const entries = listOf(office).flatMap(({ serial, revokedAt }) =>
    revokedAt === null ? [] : [{ serialNumber: serial, revocationDate: date(revokedAt) }],
  )
  const now = office.now()
  const crl = await x509.X509CrlGenerator.create({
    ...{ issuer: cert.subject, thisUpdate: date(now), nextUpdate: date(after(now, days(crlDays))) },
    ...{ entries, signingKey: key, signingAlgorithm: algorithm },
  })
  writeWhole(office.path(files.crl), `${x509.PemConverter.encode(crl.rawData, 'X509 CRL')}\n`, 0o644)
}

type Issuing = { kind: Issued['kind']; name: string; validDays: number; stem: string; extensions: readonly x509.Extension[] }

async function issue(office: Office, { kind, name, validDays, stem, extensions }: Issuing): Promise<string> {
  const { key, cert } = await authorityIn(office)
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [serial, from] = [newSerial(), office.now()]
  const until = after(from, days(validDays))
  const made = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial, subject: [{ CN: [name.split(',')[0] ?? ''] }], issuer: cert.subject },
    ...{ notBefore: date(from), notAfter: date(until), publicKey: pair.publicKey, signingKey: key, signingAlgorithm: algorithm },
    extensions: [
      ...extensions,
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(cert),
    ],
  })
  // Listed before it is there: one that nobody could revoke must not exist.
  writeList(office, [...listOf(office), { serial, kind, name, from, until, revokedAt: null }])
  const path = office.path(stem)
  writeWhole(`${path}.key`, await pemOf(pair.privateKey), 0o600)
  writeWhole(`${path}.crt`, `${made.toString('pem')}\n`, 0o644)
  return path
}

/** 127 random bits, positive. */
function newSerial(): string {
  const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(16)))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

async function pemOf(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

function writeWhole(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.new`, text, { mode, flush: true })
  renameSync(`${path}.new`, path)
}

/** Serial numbers that a list of revoked certificates names. Throws a sentence when it is none, or `ca` did not sign it. */
export async function revokedSerials(crlPem: string, caPem: string): Promise<ReadonlySet<string>> {
  const crl = new x509.X509Crl(crlPem)
  if (!(await crl.verify({ publicKey: await new x509.X509Certificate(caPem).publicKey.export() })))
    throw new Error('the list of revoked certificates is not signed by that authority')
  return new Set(crl.entries.map(({ serialNumber }) => serialNumber.toLowerCase()))
}
