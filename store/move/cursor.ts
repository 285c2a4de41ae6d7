/** Where a move stands, as a small file that is whole or not there. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Cursor, CursorFile } from '../move.ts'

export const cursorName = 'telemetry-move.json'

export function openCursor(dataDir: string): CursorFile & { path: string } {
  const path = join(dataDir, cursorName)
  return {
    path,
    read: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Cursor) : null),
    write(cursor) {
      const file = openSync(`${path}.new`, 'w')
      try {
        writeSync(file, JSON.stringify(cursor))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(`${path}.new`, path)
    },
    remove: () => rmSync(path, { force: true }),
  }
}
