/** When devices were last heard, as the text of a JSON answer: numbers become bytes in a page that is used again and again, without a string or an object for a device. */
import type { Seen } from '../../alerts/silence.ts'

/** Rows written in one turn of the event loop, about half a millisecond. */
const rowsPerPart = 25_000
/** A moment in milliseconds has 13 digits until the year 2286, and a comma. */
const momentBytes = 18
const flagBytes = 2
/** Columns of one site that wait for the next look; more at once are made and forgotten. */
const pagesKept = 2

export type SeenPage = Seen & { count: number; text: Buffer }

export function newSeenPage(count: number): SeenPage {
  const text = Buffer.allocUnsafeSlow(count * (momentBytes + flagBytes) + 64)
  return { count, heardAt: new Float64Array(count), silent: new Uint8Array(count), text }
}

export type Pages = { take(): SeenPage; giveBack(page: SeenPage): void }

export function openPages(count: number): Pages {
  const kept: SeenPage[] = []
  return {
    take: () => kept.pop() ?? newSeenPage(count),
    giveBack(page) {
      if (kept.length < pagesKept) kept.push(page)
    },
  }
}

/** What follows the ids in the answer, part by part, each good until the page is used again: the end of their list, both columns, the end of all. */
export function* seenParts(page: SeenPage): Generator<Uint8Array> {
  const { count, text } = page
  let from = 0
  let end = text.write('],"heardAt":[', 0, 'latin1')
  for (let row = 0; row < count; row += rowsPerPart) {
    end = writeMoments(page, end, { row, to: Math.min(row + rowsPerPart, count) })
    yield text.subarray(from, end)
    from = end
  }
  end += text.write('],"silent":[', end, 'latin1')
  end = writeFlags(page, end)
  end += text.write(']}', end, 'latin1')
  yield text.subarray(from, end)
}

const [zero, comma] = [48, 44]
/** "00" to "99", so that two digits cost one division. */
const pairs = Uint8Array.from({ length: 200 }, (_, i) => zero + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10))

function writeMoments({ heardAt, text }: SeenPage, start: number, { row, to }: { row: number; to: number }): number {
  let end = start
  for (let i = row; i < to; i += 1) {
    if (i > 0) text[end++] = comma
    end = writeMoment(text, end, heardAt[i] ?? 0)
  }
  return end
}

/** Returns where the next byte goes. */
function writeMoment(text: Buffer, start: number, at: number): number {
  if (at === 0) {
    text[start] = zero
    return start + 1
  }
  // Between 2001 and 2286 a moment has 13 digits; others are rare and may cost a string.
  if (!(at >= 1e12 && at < 1e13)) return start + text.write(String(Math.round(at)), start, 'latin1')
  const high = Math.floor(at / 1e7) | 0
  const low = (at - high * 1e7) | 0
  const first = (low / 1e6) | 0
  writeSix(text, start, high)
  text[start + 6] = zero + first
  writeSix(text, start + 7, low - first * 1e6)
  return start + 13
}

/** Six digits, two by two. */
function writeSix(text: Buffer, start: number, number: number): void {
  const top = (number / 10_000) | 0
  const rest = number - top * 10_000
  const middle = (rest / 100) | 0
  writePair(text, start, top)
  writePair(text, start + 2, middle)
  writePair(text, start + 4, rest - middle * 100)
}

function writePair(text: Buffer, start: number, number: number): void {
  text[start] = pairs[number * 2] as number
  text[start + 1] = pairs[number * 2 + 1] as number
}

function writeFlags({ count, silent, text }: SeenPage, start: number): number {
  let end = start
  for (let i = 0; i < count; i += 1) {
    if (i > 0) text[end++] = comma
    text[end++] = zero + (silent[i] ?? 0)
  }
  return end
}
