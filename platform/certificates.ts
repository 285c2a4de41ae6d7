/** The server's certificate and who may come by one: read at the start, looked at again while running. A new file that is broken changes nothing and says so. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { DeviceCertificates } from '../broker/arrivals.ts'
import type { Certificate } from '../broker/listeners.ts'
import type { Config } from '../config.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, seconds } from '../domain/time.ts'

type Needs = { config: Config; clock: Clock; log: Log }
/** `use`: whoever shows the certificate. `revoked`: more certificates were taken back; whoever is connected by one must go. */
type Followers = { use: (next: Certificate) => void; revoked: () => unknown }
export type Certificates = NonNullable<Awaited<ReturnType<typeof openCertificates>>>

/** The files are small, and a look at them costs less than what a watcher misses when a file is replaced by another. */
const lookEvery = seconds(2)
const noneRevoked: ReadonlySet<string> = new Set()

/** null when no certificate is set. Throws one sentence when what is set cannot be used at the start. */
export async function openCertificates({ config, clock, log }: Needs) {
  if (config.ANLING_TLS_CERT === '' && config.ANLING_TLS_KEY === '') return null
  let current = readServer(config)
  checked(current)
  tellEnd(current, { clock, log })
  const list = config.ANLING_TLS_DEVICE_CRL
  let crl = readOr(list)
  let revoked = await serialsIn(crl, current)
  let followers: Followers = { use: () => {}, revoked: () => {} }
  /** What could not be used last time: said once. */
  let refused = ''

  async function look(): Promise<void> {
    try {
      const next = readServer(config)
      if (!isSame(next, current)) {
        checked(next, clock)
        followers.use(next)
        current = next
        log('info', 'The TLS certificate was read anew', { until: new X509Certificate(next.cert).validTo })
        tellEnd(next, { clock, log })
      }
      const nextCrl = readOr(list)
      if (nextCrl !== crl) {
        revoked = await serialsIn(nextCrl, current)
        crl = nextCrl
        log('info', 'The list of revoked certificates was read anew', { revoked: revoked.size })
        await followers.revoked()
      }
      refused = ''
    } catch (error) {
      const sentence = `The new certificate or list cannot be used; the former one stays in force: ${sentenceOf(error)}`
      if (sentence !== refused) log('error', sentence)
      refused = sentence
    }
  }

  const onSignal = (): void => void look()
  const stopLooking = clock.every(lookEvery, onSignal)
  process.on('SIGHUP', onSignal)
  const devices: DeviceCertificates | null =
    config.ANLING_TLS_DEVICE_CA === '' ? null : { mode: config.ANLING_TLS_DEVICE_CERTIFICATES, isRevoked: (serial) => revoked.has(serial) }
  return {
    now: (): Certificate => current,
    devices,
    look,
    follow(next: Followers): void {
      followers = next
    },
    stop(): void {
      stopLooking()
      process.off('SIGHUP', onSignal)
    },
  }
}

function readServer(config: Config): Certificate {
  const { ANLING_TLS_CERT: cert, ANLING_TLS_KEY: key, ANLING_TLS_DEVICE_CA: ca, ANLING_TLS_DEVICE_CERTIFICATES: mode } = config
  return {
    ...{ cert: readFileSync(cert), key: readFileSync(key) },
    ...(ca !== '' && { ca: readFileSync(ca), required: mode === 'require' }),
  }
}

const readOr = (file: string): string => (file === '' ? '' : readFileSync(file, 'utf8'))

const isSame = (a: Certificate, b: Certificate): boolean =>
  String(a.cert) === String(b.cert) && String(a.key) === String(b.key) && String(a.ca) === String(b.ca)

/** Throws when the key is not the certificate's, when one of them is none, or (with a clock) when it is over already. */
function checked({ cert, key, ca }: Certificate, clock?: Clock): void {
  createSecureContext({ cert, key, ...(ca && { ca }) })
  const { validTo } = new X509Certificate(cert)
  if (ca) new X509Certificate(ca)
  if (clock && Date.parse(validTo) <= clock.now()) throw new Error(`it ended on ${validTo}`)
}

const warnWithin = 14 * 86_400_000
function tellEnd({ cert }: Certificate, { clock, log }: Pick<Needs, 'clock' | 'log'>): void {
  const { validTo } = new X509Certificate(cert)
  const left = Date.parse(validTo) - clock.now()
  if (left < warnWithin) log(left < 0 ? 'error' : 'warn', 'The TLS certificate must be renewed', { until: validTo })
}

async function serialsIn(crl: string, { ca }: Certificate): Promise<ReadonlySet<string>> {
  if (crl === '' || ca === undefined) return noneRevoked
  // Only who needs it pays for it at the start.
  const { revokedSerials } = await import('../broker/ca.ts')
  return revokedSerials(crl, String(ca))
}

export const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$|^localhost$/.test(address)

/** Where MQTT without TLS listens: beyond this machine only when the setting says so, for anybody on the way could read and press. */
export function plainHost({ ANLING_HOST: host, ANLING_MQTT_LAN: lan }: Config, log: Log): string {
  if (lan || isLoopback(host)) return host
  log('warn', 'MQTT without TLS listens on this machine only; ANLING_MQTT_LAN=true opens it to the network (docs/tls.md)')
  return '127.0.0.1'
}
