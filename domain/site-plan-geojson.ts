/** GeoJSON (RFC 7946) to our plans and back: what cannot be drawn is a value, with the number of the feature, counted from 1. Pure. */
import {
  type AreaLevel,
  type AreaOutline,
  areaLevels,
  areaOf,
  type FeatureKind,
  featureKinds,
  type PlanFeature,
  type PlanFrame,
  type Point,
  picturePixelsMost,
  pointsMost,
  type Shape,
} from './site-plan.ts'

export const mapProblems = [
  'no-features',
  'too-many-points',
  'geometry',
  'coordinates',
  'ring',
  'name-needed',
  'level',
  'name-twice',
] as const
export type MapProblemWhy = (typeof mapProblems)[number]
/** `feature` 0: the file as a whole. */
export type MapProblem = { feature: number; why: MapProblemWhy }
export type Read<T> = { ok: true; value: T } | { ok: false; problem: MapProblem }

/** A feature whose outer shape was checked; its coordinates were not. */
export type RawFeature = { properties: Readonly<Record<string, unknown>>; type: string; coordinates: unknown }
type Parts = { shape: Shape; parts: readonly (readonly Point[])[] }

const nameMost = 60
/** Control characters and those that turn the direction of writing have no place in a name. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).replaceAll(unseen, '').trim().slice(0, nameMost) : ''

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

class Unreadable extends Error {
  readonly why: MapProblemWhy
  constructor(why: MapProblemWhy) {
    super(why)
    this.why = why
  }
}

function pointOf(value: unknown, frame: PlanFrame): Point {
  const [x, y] = listOf(value)
  if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y)) throw new Unreadable('coordinates')
  const isThere = frame === 'earth' ? Math.abs(x) <= 180 && Math.abs(y) <= 90 : x >= 0 && y >= 0 && Math.max(x, y) <= picturePixelsMost
  if (!isThere) throw new Unreadable('coordinates')
  return [x, y]
}

const lineOf = (value: unknown, frame: PlanFrame): readonly Point[] => {
  const points = listOf(value).map((point) => pointOf(point, frame))
  if (points.length < 2) throw new Unreadable('coordinates')
  return points
}

/** At least three corners, closed, and with something inside. */
function ringOf(value: unknown, frame: PlanFrame): readonly Point[] {
  const points = listOf(value).map((point) => pointOf(point, frame))
  const [first, last] = [points[0], points.at(-1)]
  const isClosed = first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1]
  if (points.length < 4 || !isClosed || areaOf(points) === 0) throw new Unreadable('ring')
  return points
}

function ringsOf(value: unknown, frame: PlanFrame): readonly (readonly Point[])[] {
  const rings = listOf(value).map((ring) => ringOf(ring, frame))
  if (rings.length === 0) throw new Unreadable('ring')
  return rings
}

const geometries: Readonly<Record<string, (coordinates: unknown, frame: PlanFrame) => Parts>> = {
  Point: (given, frame) => ({ shape: 'point', parts: [[pointOf(given, frame)]] }),
  LineString: (given, frame) => ({ shape: 'line', parts: [lineOf(given, frame)] }),
  MultiLineString: (given, frame) => ({ shape: 'line', parts: listOf(given).map((line) => lineOf(line, frame)) }),
  Polygon: (given, frame) => ({ shape: 'area', parts: ringsOf(given, frame) }),
  MultiPolygon: (given, frame) => ({ shape: 'area', parts: listOf(given).flatMap((polygon) => ringsOf(polygon, frame)) }),
}

function partsOf({ type, coordinates }: RawFeature, frame: PlanFrame): Parts {
  const read = Object.hasOwn(geometries, type) ? geometries[type] : undefined
  if (!read) throw new Unreadable('geometry')
  const found = read(coordinates, frame)
  if (found.parts.length === 0) throw new Unreadable('coordinates')
  return found
}

/** Reads each in turn; the first that cannot be read ends it. */
function readAll<T extends { parts: readonly (readonly Point[])[] }>(
  features: readonly RawFeature[],
  read: (feature: RawFeature) => T,
): Read<readonly T[]> {
  if (features.length === 0) return { ok: false, problem: { feature: 0, why: 'no-features' } }
  const value: T[] = []
  let points = 0
  for (const [index, feature] of features.entries()) {
    try {
      const one = read(feature)
      points += one.parts.reduce((sum, part) => sum + part.length, 0)
      if (points > pointsMost) throw new Unreadable('too-many-points')
      value.push(one)
    } catch (error) {
      if (error instanceof Unreadable) return { ok: false, problem: { feature: index + 1, why: error.why } }
      throw error
    }
  }
  return { ok: true, value }
}

const kindNames: readonly (readonly [RegExp, FeatureKind])[] = [
  [/aed|defib|除颤/i, 'aed'],
  [/medic|pharm|药|卫生|health/i, 'medicine'],
  [/gate|entrance|门|出入口/i, 'gate'],
  [/road|way|street|path|路|道/i, 'road'],
  [/building|house|apartments|residential|楼|栋|幢/i, 'building'],
]

/** What it says itself (`kind`, or the tags of OpenStreetMap), else what its shape suggests. */
function kindOf(properties: RawFeature['properties'], shape: Shape): FeatureKind {
  const said = textOf(properties.kind)
  if (featureKinds.some((kind) => kind === said)) return said as FeatureKind
  const tags = [said, textOf(properties.type), textOf(properties.emergency), textOf(properties.amenity), textOf(properties.barrier)]
  if (textOf(properties.highway) !== '') return 'road'
  const found = kindNames.find(([pattern]) => tags.some((tag) => pattern.test(tag)))
  if (found) return found[1]
  if (textOf(properties.building) !== '') return 'building'
  return shape === 'line' ? 'road' : shape === 'area' ? 'building' : 'other'
}

export function readSitePlan(features: readonly RawFeature[], frame: PlanFrame): Read<readonly PlanFeature[]> {
  return readAll(features, (feature) => {
    const { shape, parts } = partsOf(feature, frame)
    const kind = kindOf(feature.properties, shape)
    const name = textOf(feature.properties.name)
    // A building without a name can never be found from an address.
    if (kind === 'building' && name === '' && shape === 'area') throw new Unreadable('name-needed')
    return { kind, name, shape, parts }
  })
}

export function readOutlines(features: readonly RawFeature[]): Read<readonly AreaOutline[]> {
  const seen = new Set<string>()
  return readAll(features, (feature) => {
    const { shape, parts } = partsOf(feature, 'earth')
    const { level, name, city, district } = feature.properties
    if (shape !== 'area') throw new Unreadable('geometry')
    if (!areaLevels.some((known) => known === level)) throw new Unreadable('level')
    const outline = { level: level as AreaLevel, name: textOf(name), city: textOf(city), district: textOf(district), parts }
    if (outline.name === '') throw new Unreadable('name-needed')
    const key = [outline.level, outline.city, outline.district, outline.name].join('\n')
    if (seen.has(key)) throw new Unreadable('name-twice')
    seen.add(key)
    return outline
  })
}

/** A plan as a file for other programs. */
export function geoJsonOf(features: readonly PlanFeature[]): object {
  return {
    type: 'FeatureCollection',
    features: features.map(({ kind, name, shape, parts }) => ({
      type: 'Feature',
      properties: { kind, name },
      geometry: geometryOf(shape, parts),
    })),
  }
}

function geometryOf(shape: Shape, parts: PlanFeature['parts']): object {
  if (shape === 'point') return { type: 'Point', coordinates: parts[0]?.[0] }
  if (shape === 'line') return { type: 'MultiLineString', coordinates: parts }
  // Rings that are holes cannot be told from islands here: each is a polygon of its own, and drawn together they look the same.
  return { type: 'MultiPolygon', coordinates: parts.map((ring) => [ring]) }
}
