/** GeoJSON as it comes in: the outer shape checked here, each feature with its number, the rest where the plans are understood. */
import { z } from 'zod'
import { featuresMost } from '../../domain/site-plan.ts'
import type { MapProblem, RawFeature } from '../../domain/site-plan-geojson.ts'
import { RefusedError } from './refused.ts'

const collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()).max(featuresMost) })
const feature = z.object({
  type: z.literal('Feature'),
  properties: z.record(z.string().max(100), z.unknown()).nullish(),
  geometry: z.object({ type: z.string().max(40), coordinates: z.unknown() }),
})

const sentences: Readonly<Record<string, string>> = {
  'no-features': 'the file holds no features',
  'too-many-points': 'there are more corners than can be drawn',
  geometry: 'is no shape that can be used here',
  coordinates: 'has coordinates that are no numbers, or lie outside the map',
  ring: 'has a ring that is not closed, has fewer than three corners, or holds nothing',
  'name-needed': 'has no name',
  level: 'must say its level: city, district or street',
  'name-twice': 'is there twice',
  shape: 'is no GeoJSON feature',
  file: 'this is no GeoJSON FeatureCollection, or it has too many features',
}

/** 422 with the number of the feature, counted from 1. */
export function badMap({ feature: at, why }: { feature: number; why: MapProblem['why'] | 'shape' | 'file' }): RefusedError {
  const said = sentences[why] ?? why
  const message = at === 0 ? said : `Feature ${at} ${said}.`
  return new RefusedError(422, { code: 'bad-map', message, fields: [{ path: at === 0 ? 'file' : `features.${at}`, message: why }] })
}

/** Throws a 422 for what is no FeatureCollection. */
export function featuresOf(body: unknown): readonly RawFeature[] {
  const outer = collection.safeParse(body)
  if (!outer.success) throw badMap({ feature: 0, why: 'file' })
  return outer.data.features.map((given, index) => {
    const read = feature.safeParse(given)
    if (!read.success) throw badMap({ feature: index + 1, why: 'shape' })
    const { properties, geometry } = read.data
    return { properties: properties ?? {}, type: geometry.type, coordinates: geometry.coordinates }
  })
}
