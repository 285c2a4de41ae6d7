/** A reading as one line of line protocol, and names that any text survives. Pure. `docs/telemetry.md` describes the schema. */
import { readingKinds } from '../../domain/reading.ts'
import { doublesEach, type Packed, wordsEach } from '../sqlite/telemetry/batch.ts'

/** Moments that InfluxDB can hold, in milliseconds: 1677-09-21 to 2262-04-11. */
export const momentMax = 9_223_372_036_854
/** Readings of one series and one millisecond with different values that are kept side by side; of more, the last one stays. */
export const twinsMax = 16

/** Any text as a tag value that line protocol and InfluxQL cannot misread: letters, digits and a few marks as they are, everything else as `%codepoint;`. */
export function tagOf(text: string): string {
  const safe = text.replace(/[^\p{L}\p{N}._:/-]/gu, (character) => `%${(character.codePointAt(0) ?? 0).toString(16)};`)
  // An empty tag value is no tag in line protocol.
  return safe === '' ? '%;' : safe
}

/** The text that `tagOf` was given. */
export function textOfTag(tag: string): string {
  if (tag === '%;') return ''
  return tag.replace(/%([0-9a-f]{1,6});/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
}

/** Gives readings of one device, kind and moment with different values numbers of their own; the same reading again gets the same number. */
export type Twins = { numberOf(series: string, value: number): number; nextBatch(): void }

/** Series and moments remembered at least, however small the batches are: a twin comes within seconds. */
const rememberedMin = 10_000

/** Remembers this batch, the one before, and what is younger: a batch sent again, in whatever pieces, gets the numbers it had. */
export function openTwins(): Twins {
  let older = new Map<string, number[]>()
  let newer = new Map<string, number[]>()
  return {
    numberOf(series, value) {
      const values = newer.get(series) ?? older.get(series) ?? []
      newer.set(series, values)
      const known = values.findIndex((other) => Object.is(other, value))
      if (known >= 0) return known
      if (values.length < twinsMax) values.push(value)
      return values.length - 1
    },
    nextBatch() {
      if (newer.size < rememberedMin) return
      older = newer
      newer = new Map()
    },
  }
}

export type Lines = { lines: string[]; outOfRange: { line: string; at: number }[] }
type Needs = { measurement: string; twins: Twins; siteOf: (device: number) => string | null }

/** Appends the batch's lines. Those at a moment that InfluxDB cannot hold are kept apart: it would refuse them. */
export function addLines(into: Lines, batch: Packed, { measurement, twins, siteOf }: Needs): void {
  for (let i = 0; i < batch.count; i++) {
    const at = batch.doubles[i * doublesEach] as number
    const value = batch.doubles[i * doublesEach + 1] as number
    const device = batch.words[i * wordsEach + 4] as number
    const resident = batch.words[i * wordsEach + 5] as number
    const kind = readingKinds[batch.words[i * wordsEach + 6] as number]
    const site = siteOf(device)
    const twin = twins.numberOf(`${device} ${resident} ${kind} ${at}`, value)
    const tags = `device=${device},kind=${kind},resident=${resident}${site === null ? '' : `,site=${tagOf(site)}`}${twin === 0 ? '' : `,twin=${twin}`}`
    const line = `${tagOf(measurement)},${tags} value=${shownFloat(value)} ${at}`
    if (Math.abs(at) > momentMax) into.outOfRange.push({ line, at })
    else into.lines.push(line)
  }
}

/** Always a float to InfluxDB, whatever its value, so that a field can never change its type. Shortest text that reads back exactly. */
function shownFloat(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
