/** Bytes to cells and back, as offices have them: UTF-8 with or without BOM and GB18030, and no cell that a spreadsheet would run as a formula. */
import { parse } from 'csv-parse'
import iconv from 'iconv-lite'
import { breathe } from './breathe.ts'

export const encodings = ['utf-8', 'gb18030'] as const
export type Encoding = (typeof encodings)[number]

/** One record and the line its first cell stands on, counted from 1. */
export type CsvRecord = { line: number; cells: readonly string[] }
export type CsvMistake = { line: number; message: string }
export type CsvRead = { ok: true; records: readonly CsvRecord[] } | { ok: false; why: CsvMistake }

const sliceBytes = 256 * 1_024
const utf8Mark = '\uFEFF'

/** The text, or null when the bytes are not of this encoding. */
export async function decode(bytes: Uint8Array, encoding: Encoding): Promise<string | null> {
  const decoder = decoderOf(encoding)
  const parts: string[] = []
  try {
    for (let from = 0; from < bytes.length; from += sliceBytes) {
      parts.push(decoder.write(bytes.subarray(from, from + sliceBytes)))
      await breathe()
    }
    parts.push(decoder.end())
  } catch {
    return null
  }
  const text = parts.join('')
  return text.includes('\uFFFD') ? null : text.replace(utf8Mark, '')
}

function decoderOf(encoding: Encoding): { write(part: Uint8Array): string; end(): string } {
  if (encoding === 'gb18030') {
    const decoder = iconv.getDecoder('gb18030')
    return { write: (part) => decoder.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength)), end: () => decoder.end() ?? '' }
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return { write: (part) => decoder.decode(part, { stream: true }), end: () => decoder.decode() }
}

/** UTF-8 when the bytes are valid UTF-8 (GB18030 text of more than a few characters never is), else GB18030, else null. */
export async function detect(bytes: Uint8Array): Promise<string | null> {
  return (await decode(bytes, 'utf-8')) ?? (await decode(bytes, 'gb18030'))
}

export function encode(text: string, encoding: Encoding): Buffer {
  return encoding === 'gb18030' ? iconv.encode(text, 'gb18030') : Buffer.from(text, 'utf-8')
}

/** Excel reads UTF-8 as UTF-8 only behind this mark. */
export const markOf = (encoding: Encoding): string => (encoding === 'utf-8' ? utf8Mark : '')

/** All records with their lines, or the first mistake that makes the file unreadable. */
export async function readCsv(text: string): Promise<CsvRead> {
  const bytes = Buffer.from(text)
  const parser = parse({
    info: true,
    record_delimiter: [...lineEnds],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 100_000,
  })
  const { promise, resolve } = Promise.withResolvers<CsvRead>()
  const records: CsvRecord[] = []
  // The parser counts lines as if all had the ending of the first; a file put together from two has both.
  const lines = openLines(bytes)
  parser.on('data', ({ record, info }: { record: string[]; info: { bytes: number } }) => {
    records.push({ line: lines.begin(), cells: record.map(unprefixed) })
    lines.end(info.bytes)
  })
  parser.on('end', () => resolve({ ok: true, records }))
  parser.on('error', () => {
    const message = 'the line cannot be read: a quote is opened and not closed, or stands in the wrong place'
    resolve({ ok: false, why: { line: lines.begin(), message } })
  })
  for (let from = 0; from < bytes.length && !parser.destroyed; from += sliceBytes) {
    parser.write(bytes.subarray(from, from + sliceBytes))
    await breathe()
  }
  if (!parser.destroyed) parser.end()
  return promise
}

const lineEnds = ['\r\n', '\n', '\r'] as const
const [lineFeed, carriageReturn] = [10, 13]

/** Counts lines as people do, from record to record: each ending is one, whichever kind it is and whether it stands inside quotes or not. */
function openLines(bytes: Uint8Array) {
  let at = 0
  let line = 1
  const isEnd = () => bytes[at] === lineFeed || bytes[at] === carriageReturn
  const passEnd = () => {
    at += bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1
    line += 1
  }
  return {
    /** The line of the next record: empty lines before it are passed over. */
    begin(): number {
      while (at < bytes.length && isEnd()) passEnd()
      return line
    },
    /** The record and its ending reach up to this byte. */
    end(upTo: number) {
      while (at < upTo) {
        if (isEnd()) passEnd()
        else at += 1
      }
    },
  }
}

const formula = /^'*[=+\-@\t\r]/

/** What a spreadsheet would take for a formula gets a quote in front; so does what already looks prefixed, so that reading it back gives the same text. */
export const prefixed = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell)
export const unprefixed = (cell: string): string => (cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell)

/** One line with its end. */
export const csvLine = (cells: readonly string[]): string => `${cells.map((cell) => quoted(prefixed(cell))).join(',')}\r\n`

const quoted = (cell: string): string => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
