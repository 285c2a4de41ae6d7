/** Room kept back for calls for help: a file that is thrown away when the disk is full, and made again when there is space. */
import { randomFillSync } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Clock, type Instant, seconds } from '../../domain/time.ts'

/** Enough for some ten thousand presses with all they lead to. */
export const ballastBytesUsual = 64 * 1024 * 1024
const lookEvery = seconds(5)
const chunkBytes = 1024 * 1024

export type Ballast = {
  /** Notes that the disk is full and gives the space back to it. False when there was none left to give. */
  release(): boolean
  /** Since when the disk is full, or null. */
  fullSince(): Instant | null
  close(): void
}

export type BallastNeeds = {
  path: string
  bytes: number
  clock: Clock
  /** Hears when the disk became full, and null when the ballast stands again. */
  onChange: (fullSince: Instant | null) => void
}

/** Makes the ballast when it is missing. On a disk that is full already it opens all the same, and says so. */
export function openBallast({ path, bytes, clock, onChange }: BallastNeeds): Ballast {
  let fullSince: Instant | null = null
  let making = false

  const note = (since: Instant | null) => {
    if (fullSince === since || (fullSince && since)) return
    fullSince = since
    onChange(since)
  }
  const remake = async () => {
    if (!fullSince || making) return
    making = true
    if (await made(path, bytes)) note(null)
    making = false
  }

  if (!stands(path, bytes) && !madeAtOnce(path, bytes)) note(clock.now())
  const stop = clock.every(lookEvery, () => void remake())
  return {
    release() {
      const stood = existsSync(path)
      rmSync(path, { force: true })
      note(clock.now())
      return stood
    },
    fullSince: () => fullSince,
    close: stop,
  }
}

/** Bytes that this process may still write on the disk of `folder`. */
export function freeBytes(folder: string): number {
  const disk = statfsSync(folder)
  return disk.bavail * disk.bsize
}

const stands = (path: string, bytes: number) => existsSync(path) && statSync(path).size === bytes

// Random bytes: a file system that compresses or leaves holes would keep no room for zeros.
function chunks(bytes: number): Buffer[] {
  const chunk = randomFillSync(Buffer.allocUnsafe(Math.min(chunkBytes, bytes)))
  const whole = Math.floor(bytes / chunkBytes)
  return [...Array.from({ length: whole }, () => chunk), chunk.subarray(0, bytes - whole * chunkBytes)]
}

function madeAtOnce(path: string, bytes: number): boolean {
  if (freeBytes(dirname(path)) < bytes) return false
  try {
    const file = openSync(path, 'w', 0o600)
    try {
      for (const chunk of chunks(bytes)) writeSync(file, chunk)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return true
  } catch {
    rmSync(path, { force: true })
    return false
  }
}

// The same in small steps beside the living process, which must not be held up.
async function made(path: string, bytes: number): Promise<boolean> {
  try {
    // With room to spare: a disk that the ballast alone would fill is still full.
    if (freeBytes(dirname(path)) < bytes * 1.5) return false
    const file = await open(path, 'w', 0o600)
    try {
      for (const chunk of chunks(bytes)) await file.writeFile(chunk)
      await file.sync()
    } finally {
      await file.close()
    }
    return true
  } catch {
    rmSync(path, { force: true })
    return false
  }
}
