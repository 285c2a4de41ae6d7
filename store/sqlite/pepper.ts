/** The secret under which device tokens are stored, in a file of its own beside the databases. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The 32 bytes of `<dataDir>/pepper`; made once, readable by its owner only. Losing it means new tokens for all devices. Throws a sentence when the file is damaged. */
export function readPepper(dataDir: string): Buffer {
  const path = join(dataDir, 'pepper')
  mkdirSync(dataDir, { recursive: true })
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600, flush: true })
  const pepper = readFileSync(path)
  if (pepper.length !== 32) throw new Error(`${path} must hold 32 bytes; it holds ${pepper.length}. Restore it from a backup.`)
  return pepper
}
