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
  const parser = parse({ info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 100_000 })
  const { promise, resolve } = Promise.withResolvers<CsvRead>()
  const records: CsvRecord[] = []
  // csv-parse numbers a record by its last line and takes a CR LF inside quotes for two lines; people count from the first, and once.
  let extra = 0
  parser.on('data', ({ record, info }: { record: string[]; info: { lines: number } }) => {
    const text = record.join(' ')
    records.push({ line: info.lines - extra - counted(text, /[\r\n]/g), cells: record.map(unprefixed) })
    extra += counted(text, /\r\n/g)
  })
  parser.on('end', () => resolve({ ok: true, records }))
  parser.on('error', (error: Error & { lines?: number }) => {
    resolve({
      ok: false,
      why: {
        line: error.lines ?? records.length + 1,
        message: 'the line cannot be read: a quote is opened and not closed, or stands in the wrong place',
      },
    })
  })
  for (let from = 0; from < text.length && !parser.destroyed; from += sliceBytes) {
    parser.write(text.slice(from, from + sliceBytes))
    await breathe()
  }
  if (!parser.destroyed) parser.end()
  return promise
}

const counted = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

const formula = /^'*[=+\-@\t\r]/

/** What a spreadsheet would take for a formula gets a quote in front; so does what already looks prefixed, so that reading it back gives the same text. */
export const prefixed = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell)
export const unprefixed = (cell: string): string => (cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell)

/** One line with its end. */
export const csvLine = (cells: readonly string[]): string => `${cells.map((cell) => quoted(prefixed(cell))).join(',')}\r\n`

const quoted = (cell: string): string => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
