/** The key pair by which push services know this platform, in a file of its own beside the databases. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type VapidKeys = { publicKey: string; privateKey: string }

/**
 * The keys of `<dataDir>/vapid.json`; made once by `make`, readable by its owner only. Losing it means that every telephone must ask for
 * pushes anew. Throws a sentence when the file is damaged.
 */
export function readVapid(dataDir: string, make: () => VapidKeys): VapidKeys {
  const path = join(dataDir, 'vapid.json')
  mkdirSync(dataDir, { recursive: true })
  if (!existsSync(path)) writeFileSync(path, JSON.stringify(make()), { mode: 0o600, flush: true })
  const keys = keysOf(readFileSync(path, 'utf8'))
  if (!keys) throw new Error(`${path} is damaged. Restore it from a backup.`)
  return keys
}

function keysOf(text: string): VapidKeys | null {
  try {
    const { publicKey, privateKey } = JSON.parse(text) as Partial<VapidKeys>
    return isKey(publicKey, 65) && isKey(privateKey, 32) ? { publicKey, privateKey } : null
  } catch {
    return null
  }
}

const isKey = (text: unknown, bytes: number): text is string => typeof text === 'string' && Buffer.from(text, 'base64url').length === bytes
