/** 老人档案: what somebody agreed to, by whose word, and since when not any more; and a picture to know her by. */
import type { Instant } from './time.ts'

/** Each is asked for and withdrawn by itself: agreeing to a button is no agreement to be watched. */
export const consentKinds = ['service', 'health-data', 'activity', 'location', 'family-view', 'entry', 'photo', 'recording'] as const
export type ConsentKind = (typeof consentKinds)[number]
export const consentForms = ['paper', 'spoken', 'online'] as const
export type ConsentForm = (typeof consentForms)[number]

export type Consent = {
  id: string
  residentId: string
  kind: ConsentKind
  form: ConsentForm
  /** Who agreed: herself, or who may decide for her. */
  givenBy: string
  givenAt: Instant
  note: string
  /** Who of the centre wrote it down, and when. */
  recordedBy: string
  recordedAt: Instant
  withdrawn: { at: Instant; by: string; recordedBy: string } | null
}

export const inForce = (consents: readonly Consent[], kind: ConsentKind): boolean =>
  consents.some((consent) => consent.kind === kind && consent.withdrawn === null)

export type PhotoType = 'image/jpeg' | 'image/png' | 'image/webp'
export type Photo = { type: PhotoType; bytes: Uint8Array; at: Instant }
export const photoBytesMax = 300 * 1_024

/** What the bytes say that they are, whatever the request says; null for everything else. */
export function photoTypeOf(bytes: Uint8Array): PhotoType | null {
  const begins = (signature: readonly number[], from = 0) => signature.every((byte, index) => bytes[from + index] === byte)
  if (begins([0xff, 0xd8, 0xff])) return 'image/jpeg'
  if (begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png'
  return begins([0x52, 0x49, 0x46, 0x46]) && begins([0x57, 0x45, 0x42, 0x50], 8) ? 'image/webp' : null
}
