/** `npm run audit:verify -- <data folder>`: goes through the record of who looked at whom and says up to where it is whole. Only reads. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkChain } from './sqlite/audit.ts'
import { openReaderConnection } from './sqlite/connection.ts'

/** A second argument, `<line> <hash>` as it was copied out before, must be found in the chain as it is now. */
async function main([dataDir = process.env.ANLING_DATA_DIR ?? 'data', id, hash]: readonly string[]): Promise<number> {
  const path = join(dataDir, 'care.db')
  if (!existsSync(path)) {
    console.error(`There is no record at ${path}. Name the data folder: npm run audit:verify -- FOLDER (of the demo: data/demo).`)
    return 2
  }
  const reader = openReaderConnection(path)
  try {
    const { brokenId, why, lines, lastId, head, begins } = await checkChain(reader)
    if (brokenId !== null) {
      console.error(`The record is not to be trusted from line ${brokenId} on: ${why}.`)
      return 1
    }
    if (begins !== null && begins > 1) console.log(`Lines before ${begins} were written before checksums were kept.`)
    console.log(`Whole up to line ${lastId} (${lines} lines). Keep this outside: ${lastId} ${head}`)
    if (id === undefined) return 0
    const kept = reader.prepare('select hash from audit where id = ?').get(Number(id))?.hash
    if (kept === hash) return 0
    console.error(`Line ${id} is not the one that was copied out: the record was written anew.`)
    return 1
  } finally {
    reader.close()
  }
}

process.exitCode = await main(process.argv.slice(2))
