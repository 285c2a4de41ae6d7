/** Secrets in files of their own beside the databases: under the one device tokens are stored, with the other one-time codes are sealed. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The 32 bytes that the secrets of one-time codes are sealed with, in `<dataDir>/one-time-key`. Losing it means new codes for everybody. */
export const readOneTimeKey = (dataDir: string): Buffer => readKey(dataDir, 'one-time-key')

/** The 32 bytes of `<dataDir>/pepper`; made once, readable by its owner only. Losing it means new tokens for all devices. Throws a sentence when the file is damaged. */
export const readPepper = (dataDir: string): Buffer => readKey(dataDir, 'pepper')

function readKey(dataDir: string, name: string): Buffer {
  const path = join(dataDir, name)
  mkdirSync(dataDir, { recursive: true })
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600, flush: true })
  const key = readFileSync(path)
  if (key.length !== 32) throw new Error(`${path} must hold 32 bytes; it holds ${key.length}. Restore it from a backup.`)
  return key
}
