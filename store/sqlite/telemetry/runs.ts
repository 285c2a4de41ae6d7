/** Sealed runs: each holds a stretch of recording time, sorted by owner, in blocks of about one database page. A run is what retention drops as a whole. */
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { ownersMax } from './arena.ts'
import { newSink, readVarint, rewind, type Source, taken, writeBytes, writeVarint } from './bits.ts'

export type RunState = 'sealing' | 'merging' | 'kept' | 'dropped'
export type Run = {
  /** Grows; below 2^20, which is a century of hourly runs. */
  id: number
  /** 0: sealed from the journal; 1: merged from a day of those. */
  level: number
  state: RunState
  /** When it was sealed: what retention counts from, and the base of its chunks' moments. A device's own claim of time moves neither. */
  recordedAt: number
  /** Journal rows up to here are in this run or an older one. */
  journalCut: number
  /** While it is being written: owners up to here are in it. */
  sealedOwner: number
  fromAt: number
  toAt: number
  readings: number
  /** The run that takes this one's place when it is complete; 0: none. */
  mergedInto: number
}

/**
 * Runs given in bulk came past the journal and are in the sums from the first: their cut is before every row's, so that they are
 * neither merged nor summed up again, and tell nothing about what of the journal is sealed.
 */
export const cutOfBulk = 0

/** A run with nothing in it yet. */
export function newRun(given: Pick<Run, 'id' | 'level' | 'state' | 'recordedAt' | 'journalCut'>): Run {
  return { ...given, sealedOwner: -1, fromAt: Number.MAX_SAFE_INTEGER, toAt: Number.MIN_SAFE_INTEGER, readings: 0, mergedInto: 0 }
}

/** The run with one more owner in it. */
export function grownBy(run: Run, owner: number, chunk: { at: Float64Array; readings: number }): Run {
  let { fromAt, toAt } = run
  for (const at of chunk.at) {
    fromAt = Math.min(fromAt, at)
    toAt = Math.max(toAt, at)
  }
  return { ...run, sealedOwner: owner, fromAt, toAt, readings: run.readings + chunk.readings }
}

/** A block's bytes by level. Hourly: with its row it fills one page of 4,096. Daily: an owner's chunk is most of a page by itself, so six pages share the rest. */
const blockBytesMax = [4_040, 24_400] as const

export type Chunk = { owner: number; bytes: Uint8Array }
export type BlockWriter = { add(owner: number, chunk: Uint8Array): void; flush(): void }

export type Runs = {
  /** In the order recorded; in memory. */
  all(): readonly Run[]
  /** Those that hold readings now: not the dropped, nor one whose parts are still being merged. */
  visible(): readonly Run[]
  nextId(): number
  /** Inserts or replaces. Inside the caller's transaction; `all` shows it after `remember`. */
  save(run: Run): void
  remember(run: Run): void
  writer(run: Run): BlockWriter
  chunkOf(run: Run, owner: number): Uint8Array | null
  /** Chunks after `owner`, ascending. */
  chunksAfter(run: Run, owner: number): Generator<Chunk>
  /** Deletes up to `blocks` blocks of the run, and the run itself when none is left; then true. */
  removeSome(run: Run, blocks: number): boolean
}

/** A chunk that begins in a block; `missing` bytes of it are at the beginning of the next. */
type Begun = Chunk & { missing: number }

/** First what is missing of the last chunk of the block before, then the chunks that begin here. */
function openBlock(firstOwner: number, bytes: Uint8Array): { rest: Uint8Array; chunks: Iterable<Begun> } {
  const source: Source = { bytes, bit: 0 }
  const length = readVarint(source)
  const start = source.bit >> 3
  source.bit += length * 8
  return { rest: bytes.subarray(start, start + length), chunks: chunksIn(firstOwner, source) }
}

function* chunksIn(firstOwner: number, source: Source): Iterable<Begun> {
  const { bytes } = source
  let owner = firstOwner
  while (source.bit < bytes.length * 8) {
    owner += readVarint(source)
    const length = readVarint(source)
    const start = source.bit >> 3
    yield { owner, bytes: bytes.subarray(start, start + length), missing: Math.max(0, start + length - bytes.length) }
    source.bit += length * 8
  }
}

const joined = (head: Uint8Array, rest: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(head.length + rest.length)
  whole.set(head)
  whole.set(rest, head.length)
  return whole
}

const runColumns = 'id, level, state, recorded_at, journal_cut, sealed_owner, from_at, to_at, readings, merged_into'

function readRuns(database: DatabaseSync, table: string): Run[] {
  const rows = database.prepare(`select ${runColumns} from ${table} order by recorded_at, id`).all()
  return rows.map((row) => ({
    id: Number(row.id),
    level: Number(row.level),
    state: row.state as RunState,
    recordedAt: Number(row.recorded_at),
    journalCut: Number(row.journal_cut),
    sealedOwner: Number(row.sealed_owner),
    fromAt: Number(row.from_at),
    toAt: Number(row.to_at),
    readings: Number(row.readings),
    mergedInto: Number(row.merged_into),
  }))
}

type Tables = { run: string; block: string }
const rawTables: Tables = { run: 'run', block: 'block' }

/** `damaged` is told of every block that the disk has changed; its chunks are left out. */
export function openRuns(database: DatabaseSync, damaged: () => void, tables: Tables = rawTables): Runs {
  let runs = readRuns(database, tables.run)
  const save = database.prepare(`insert or replace into ${tables.run} (${runColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const insertBlock = database.prepare(`insert into ${tables.block} (id, crc, chunks) values (?, ?, ?)`)
  const removeBlocks = database.prepare(
    `delete from ${tables.block} where id in (select id from ${tables.block} where id >= ? and id < ? limit ?)`,
  )
  const removeRun = database.prepare(`delete from ${tables.run} where id = ?`)

  return {
    all: () => runs,
    visible: () => runs.filter((run) => run.state === 'kept' || run.state === 'sealing'),
    nextId: () => Math.max(0, ...runs.map((run) => run.id)) + 1,
    save(run) {
      const { id, level, state, recordedAt, journalCut, sealedOwner, fromAt, toAt, readings, mergedInto } = run
      save.run(id, level, state, recordedAt, journalCut, sealedOwner, fromAt, toAt, readings, mergedInto)
    },
    remember(run) {
      runs = [...runs.filter((other) => other.id !== run.id), run].sort((a, b) => a.recordedAt - b.recordedAt || a.id - b.id)
    },
    writer: (run) =>
      openWriter(blockBytesMax[run.level === 0 ? 0 : 1], (firstOwner, bytes) =>
        insertBlock.run(run.id * ownersMax + firstOwner, crc32(bytes), bytes),
      ),
    ...openReader(database, damaged, tables.block),
    removeSome(run, blocks) {
      const first = run.id * ownersMax
      if (Number(removeBlocks.run(first, first + ownersMax, blocks).changes) > 0) return false
      removeRun.run(run.id)
      runs = runs.filter((other) => other.id !== run.id)
      return true
    },
  }
}

function openReader(database: DatabaseSync, damaged: () => void, table: string): Pick<Runs, 'chunkOf' | 'chunksAfter'> {
  const blockAt = database.prepare(`select id, crc, chunks from ${table} where id >= ? and id <= ? order by id desc limit 1`)
  const blockAfter = database.prepare(`select id, crc, chunks from ${table} where id > ? and id < ? order by id limit 1`)
  const empty: { rest: Uint8Array; chunks: Iterable<Begun> } = { rest: new Uint8Array(0), chunks: [] }

  function soundBlock(row: Record<string, unknown>, first: number): typeof empty {
    const bytes = row.chunks as Uint8Array
    if (crc32(bytes) === row.crc) return openBlock(Number(row.id) - first, bytes)
    damaged()
    return empty
  }

  function chunkOf(run: Run, owner: number): Uint8Array | null {
    const first = run.id * ownersMax
    const row = blockAt.get(first, first + owner)
    if (!row) return null
    for (const chunk of soundBlock(row, first).chunks) {
      if (chunk.owner > owner) return null
      if (chunk.owner < owner) continue
      if (chunk.missing === 0) return chunk.bytes
      const next = blockAfter.get(Number(row.id), first + ownersMax)
      const rest = next ? soundBlock(next, first).rest : empty.rest
      return rest.length === chunk.missing ? joined(chunk.bytes, rest) : null
    }
    return null
  }

  function* chunksAfter(run: Run, owner: number): Generator<Chunk> {
    const first = run.id * ownersMax
    const row = blockAt.get(first, first + Math.max(owner, 0))
    // A statement of its own, since several runs are read side by side.
    const blocks = database.prepare(`select id, crc, chunks from ${table} where id >= ? and id < ? order by id`)
    let cut: Begun | null = null
    for (const block of blocks.iterate(row ? Number(row.id) : first, first + ownersMax)) {
      const { rest, chunks } = soundBlock(block, first)
      if (cut && cut.owner > owner && rest.length === cut.missing) yield { owner: cut.owner, bytes: joined(cut.bytes, rest) }
      cut = null
      for (const chunk of chunks) {
        if (chunk.missing > 0) cut = chunk
        else if (chunk.owner > owner) yield chunk
      }
    }
  }

  return { chunkOf, chunksAfter }
}

/** An owner and a length, at most: they are never cut. */
const headBytes = 16

/** Fills blocks to the last byte: what does not fit of a chunk begins the next block, once that has a chunk of its own to be named after. */
function openWriter(bytesMax: number, write: (firstOwner: number, bytes: Uint8Array) => void): BlockWriter {
  const block = newSink(bytesMax * 2)
  let firstOwner = -1
  let lastOwner = 0

  function flush(): void {
    if (firstOwner < 0) return
    write(firstOwner, taken(block))
    rewind(block)
    firstOwner = -1
  }

  /** A chunk much longer than a block is not cut. */
  function cut(): Uint8Array {
    const over = block.at - bytesMax
    if (over < 0 || over * 2 > bytesMax) return new Uint8Array(0)
    const rest = block.bytes.slice(bytesMax, block.at)
    block.at = bytesMax
    return rest
  }

  function begin(owner: number, rest: Uint8Array): void {
    firstOwner = owner
    lastOwner = owner
    writeVarint(block, rest.length)
    writeBytes(block, rest)
  }

  return {
    add(owner, chunk) {
      if (firstOwner >= 0 && block.at + headBytes > bytesMax) {
        const rest = cut()
        flush()
        begin(owner, rest)
      } else if (firstOwner < 0) begin(owner, new Uint8Array(0))
      writeVarint(block, owner - lastOwner)
      writeVarint(block, chunk.length)
      writeBytes(block, chunk)
      lastOwner = owner
    },
    flush,
  }
}
