/** Who proves themselves by something else than a token: the formula of another platform, or a device certificate. Told from the CONNECT, before Aedes learns the name. */
import type { TLSSocket } from 'node:tls'
import type { ConnectPacket } from 'aedes'
import type { StoredCredential } from '../domain/message.ts'
import { type Clock, instant } from '../domain/time.ts'
import { deviceIdPattern } from '../domain/topics.ts'
import type { VendorLogins } from '../domain/vendor-login.ts'
import { proves, vendorClaim } from './vendor-claims.ts'
import type { Proof, Visit } from './visit.ts'

export type DeviceCertificates = {
  /** `accept`: a certificate is as good as a token; `require`: over TLS nobody comes without one. */
  mode: 'accept' | 'require'
  /** Serial numbers, hexadecimal in lower case, that are no longer taken. */
  isRevoked(serial: string): boolean
}

type Needs = { vendors?: Pick<VendorLogins, 'find'> | undefined; certificates?: DeviceCertificates | undefined; clock: Clock }

/** Names the client after its device when it proved to be it; who failed keeps the name and gets no further. */
export function openArrivals({ vendors, certificates, clock }: Needs) {
  return (visit: Visit, packet: ConnectPacket): void => {
    visit.proof = (certificates && byCertificate(visit, packet, certificates)) ?? (vendors && byVendor(packet, vendors, clock)) ?? null
    if (!visit.proof || visit.proof.deviceId === '') return
    packet.clientId = visit.proof.deviceId
    packet.username = visit.proof.deviceId
  }
}

function byVendor(packet: ConnectPacket, vendors: Pick<VendorLogins, 'find'>, clock: Clock): Proof | null {
  const { clientId, username = '', password } = packet
  // Our own devices call themselves alike in both places.
  if (clientId === username || !password) return null
  const claim = vendorClaim({ clientId, username, password: password.toString() }, clock.now())
  if (!claim) return null
  const found = vendors.find(claim.scheme, claim.name)
  const isProven = proves(claim, found?.secrets)
  return { by: 'vendor', deviceId: isProven && found ? found.deviceId : '' }
}

/** A certificate alone is proof: one that comes with a password is looked at as everybody is. */
function byCertificate(
  visit: Visit,
  { clientId, username, password }: ConnectPacket,
  { mode, isRevoked }: DeviceCertificates,
): Proof | null {
  if (visit.door !== 'tls' || (password !== undefined && password.length > 0 && mode === 'accept')) return null
  const socket = visit.conn as unknown as TLSSocket
  const { subject, serialNumber, valid_from: from } = socket.getPeerCertificate()
  const serial = (serialNumber ?? '').toLowerCase()
  const name = subject?.CN
  const isItself = typeof name === 'string' && deviceIdPattern.test(name) && name === clientId && (username ?? name) === name
  const isGood = socket.authorized && isItself && !isRevoked(serial)
  if (!isGood && mode === 'accept' && !socket.authorized) return null
  return { by: 'certificate', deviceId: isGood ? name : '', serial, madeAt: instant(Date.parse(from ?? '')) }
}

/** Whether the way they came by is still open to them. */
export function isStillGood(proof: Proof | null, stored: StoredCredential, certificates: DeviceCertificates | undefined): boolean {
  if (proof === null) return stored.tokenHashes.length > 0
  if (proof.by === 'vendor') return stored.byVendor === true
  const { certifiedAfter } = stored
  if (certifiedAfter === undefined || !certificates || certificates.isRevoked(proof.serial)) return false
  return certifiedAfter === null || proof.madeAt > certifiedAfter
}
