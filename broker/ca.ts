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

/** Throws one sentence when the folder holds no authority. All files are written whole or not at all, keys for their owner only. */
export function openAuthority(folder: string, clock: Clock) {
  const path = (name: string): string => join(folder, name)
  const list = (): Issued[] => JSON.parse(readFileSync(path(files.list), 'utf8')) as Issued[]
  const date = (at: Instant): Date => new Date(at)
  // A certificate knows whole seconds.
  const now = (): Instant => (Math.floor(clock.now() / 1_000) * 1_000) as Instant

  async function authority() {
    if (!existsSync(path(files.key))) throw new Error(`${folder} holds no authority; make one with: npm run ca -- init`)
    const der = x509.PemConverter.decodeFirst(readFileSync(path(files.key), 'utf8'))
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
    return { key, cert: new x509.X509Certificate(readFileSync(path(files.cert), 'utf8')) }
  }

  async function writeCrl(): Promise<void> {
    const { key, cert } = await authority()
    const revoked = list().flatMap(({ serial, revokedAt }) =>
      revokedAt === null ? [] : [{ serialNumber: serial, revocationDate: date(revokedAt) }],
    )
    const [thisUpdate, nextUpdate] = [date(now()), date(after(now(), days(crlDays)))]
    const crl = await x509.X509CrlGenerator.create({
      issuer: cert.subject,
      thisUpdate,
      nextUpdate,
      entries: revoked,
      signingKey: key,
      signingAlgorithm: algorithm,
    })
    writeWhole(path(files.crl), `${x509.PemConverter.encode(crl.rawData, 'X509 CRL')}\n`, 0o644)
  }

  async function issue(kind: Issued['kind'], name: string, { validDays, extensions, folderOf }: Issuing): Promise<string> {
    const { key, cert } = await authority()
    const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const [serial, from, until] = [newSerial(), now(), after(now(), days(validDays))]
    const made = await x509.X509CertificateGenerator.create({
      ...{
        serialNumber: serial,
        subject: [{ CN: [name.split(',')[0] ?? ''] }],
        issuer: cert.subject,
        notBefore: date(from),
        notAfter: date(until),
      },
      ...{ publicKey: pair.publicKey, signingKey: key, signingAlgorithm: algorithm },
      extensions: [
        ...extensions,
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(cert),
      ],
    })
    // Listed before it is there: one that nobody could revoke must not exist.
    writeList(path(files.list), [...list(), { serial, kind, name, from, until, revokedAt: null }])
    const stem = path(folderOf)
    writeWhole(`${stem}.key`, await pemOf(pair.privateKey), 0o600)
    writeWhole(`${stem}.crt`, `${made.toString('pem')}\n`, 0o644)
    return stem
  }

  return {
    /** Makes the authority; refuses where there is one. */
    async init(name: string): Promise<void> {
      if (existsSync(path(files.key))) throw new Error(`${folder} holds an authority already; it is not written over.`)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
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
      writeList(path(files.list), [])
      writeWhole(path(files.cert), `${cert.toString('pem')}\n`, 0o644)
      writeWhole(path(files.key), await pemOf(keys.privateKey), 0o600)
      await writeCrl()
    },
    /** For the platform itself; `names` are host names and addresses. Resolves with the path without its ending. */
    server(names: readonly string[], validDays: number): Promise<string> {
      const wrong = names.find((name) => isIP(name) === 0 && !namePattern.test(name))
      if (names.length === 0 || wrong !== undefined) throw new Error(`“${wrong ?? ''}” is no host name and no address.`)
      const alternative = names.map((name) => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name }))
      const usage = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])
      return issue('server', names.join(','), {
        validDays,
        folderOf: 'server',
        extensions: [new x509.SubjectAlternativeNameExtension(alternative), usage],
      })
    },
    device(deviceId: string, validDays: number): Promise<string> {
      if (!deviceIdPattern.test(deviceId)) throw new Error(`“${deviceId}” is no device id.`)
      const usage = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])
      return issue('device', deviceId, { validDays, folderOf: `device-${deviceId}`, extensions: [usage] })
    },
    /** By serial number, or all of one device. Resolves with how many were taken back now. */
    async revoke(which: string): Promise<number> {
      const all = list()
      const meant = all.filter(
        ({ serial, kind, name, revokedAt }) =>
          revokedAt === null && (serial === which.toLowerCase() || (kind === 'device' && name === which)),
      )
      writeList(
        path(files.list),
        all.map((each) => (meant.includes(each) ? { ...each, revokedAt: now() } : each)),
      )
      await writeCrl()
      return meant.length
    },
    list,
  }
}

type Issuing = { validDays: number; extensions: readonly x509.Extension[]; folderOf: string }

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
const writeList = (path: string, all: readonly Issued[]): void => writeWhole(path, JSON.stringify(all, null, 1), 0o600)

/** Serial numbers that a list of revoked certificates names. Throws a sentence when it is none, or `ca` did not sign it. */
export async function revokedSerials(crlPem: string, caPem: string): Promise<ReadonlySet<string>> {
  const crl = new x509.X509Crl(crlPem)
  if (!(await crl.verify({ publicKey: await new x509.X509Certificate(caPem).publicKey.export() })))
    throw new Error('the list of revoked certificates is not signed by that authority')
  return new Set(crl.entries.map(({ serialNumber }) => serialNumber.toLowerCase()))
}
