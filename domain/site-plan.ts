/** Maps of our own: the plan of a site, the plan of a flat, and the outlines of districts and streets. Types and pure functions; no tiles, no outside server. */
import type { Instant } from './time.ts'

/** Longitude and latitude in degrees, or pixels of a picture from its upper left corner. */
export type Point = readonly [number, number]
export const featureKinds = ['building', 'gate', 'road', 'aed', 'medicine', 'other'] as const
export type FeatureKind = (typeof featureKinds)[number]
export type Shape = 'area' | 'line' | 'point'
/** `parts`: rings of an area (holes too: drawn by the even-odd rule), lines, or one point. A building's name is that of the homes' addresses. */
export type PlanFeature = { kind: FeatureKind; name: string; shape: Shape; parts: readonly (readonly Point[])[] }
export type PlanFrame = 'picture' | 'earth'
export type SitePlan = { frame: PlanFrame; features: readonly PlanFeature[] }
export type Picture = { type: 'image/png' | 'image/jpeg'; bytes: Uint8Array; width: number; height: number; at: Instant }

/** Rooms in units of a drawing that is 100 wide and 60 high. `door`: where one comes in, the middle of a gap in the lower wall. */
export type FlatRoom = { name: string; x: number; y: number; width: number; height: number }
export type FlatPlan = { rooms: readonly FlatRoom[]; door: number }
export const flatPlanSize = { width: 100, height: 60 } as const
export const flatRoomsMost = 20

export const areaLevels = ['city', 'district', 'street'] as const
export type AreaLevel = (typeof areaLevels)[number]
/** `city` and `district`: inside which, '' for itself or where nobody said. */
export type AreaOutline = { level: AreaLevel; name: string; city: string; district: string; parts: readonly (readonly Point[])[] }

export const mapBytesMax = 4 * 1_024 * 1_024
export const featuresMost = 3_000
export const pointsMost = 100_000
export const picturePixelsMost = 12_000

/** "3 栋", "3栋", "3号楼" and "Building 3" are one building. */
export const buildingKey = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+|号楼|栋|幢|座|楼|building|block/g, '')

/** The middle of the largest ring (or line), where a name is written: a point in it where its shape allows one. */
export function middleOf(parts: readonly (readonly Point[])[]): Point {
  const ring = [...parts].sort((a, b) => Math.abs(areaOf(b)) - Math.abs(areaOf(a)))[0] ?? []
  const area = areaOf(ring)
  if (ring.length < 4 || Math.abs(area) < 1e-14) return meanOf(ring)
  // From its first corner, since degrees far from zero would lose their last digits in the products.
  const [ox, oy] = ring[0] ?? [0, 0]
  let [x, y] = [0, 0]
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay]
    const cross = (ax - ox) * (by - oy) - (bx - ox) * (ay - oy)
    x += (ax + bx - 2 * ox) * cross
    y += (ay + by - 2 * oy) * cross
  })
  return [ox + x / (6 * area), oy + y / (6 * area)]
}

function meanOf(points: readonly Point[]): Point {
  const count = Math.max(1, points.length)
  return [points.reduce((sum, [x]) => sum + x, 0) / count, points.reduce((sum, [, y]) => sum + y, 0) / count]
}

/** Twice signed, halved: positive one way round, negative the other. */
export function areaOf(ring: readonly Point[]): number {
  const [ox, oy] = ring[0] ?? [0, 0]
  let twice = 0
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay]
    twice += (ax - ox) * (by - oy) - (bx - ox) * (ay - oy)
  })
  return twice / 2
}

/** Is the point inside, by the even-odd rule? */
export function isInside([x, y]: Point, parts: readonly (readonly Point[])[]): boolean {
  let inside = false
  for (const ring of parts)
    ring.forEach(([ax, ay], index) => {
      const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    })
  return inside
}

/** The building of an address, or null when the plan has none of that name. */
export const buildingOf = (features: readonly PlanFeature[], building: string): PlanFeature | null =>
  features.find(({ kind, name }) => kind === 'building' && building !== '' && buildingKey(name) === buildingKey(building)) ?? null

/** Metres between two points of the earth: the haversine formula on a sphere of 6,371,008.8 m. */
export function metresBetween([aLongitude, aLatitude]: Point, [bLongitude, bLatitude]: Point): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const half =
    Math.sin(radians(bLatitude - aLatitude) / 2) ** 2 +
    Math.cos(radians(aLatitude)) * Math.cos(radians(bLatitude)) * Math.sin(radians(bLongitude - aLongitude) / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(half)))
}

/** What a picture says of itself in its first bytes, or null when it is neither PNG nor JPEG, or larger than any plan. */
export function pictureOf(bytes: Uint8Array): Pick<Picture, 'type' | 'width' | 'height'> | null {
  const found = pngSize(bytes) ?? jpegSize(bytes)
  if (!found || found.width < 1 || found.height < 1) return null
  return found.width > picturePixelsMost || found.height > picturePixelsMost ? null : found
}

const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]

function pngSize(bytes: Uint8Array): Pick<Picture, 'type' | 'width' | 'height'> | null {
  if (bytes.length < 33 || pngStart.some((byte, index) => bytes[index] !== byte)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

/** Walks from marker to marker until the frame that says how large it is. */
function jpegSize(bytes: Uint8Array): Pick<Picture, 'type' | 'width' | 'height'> | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 2
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { type: 'image/jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return null
}
