/** `npm run replay -- --resident ID --data DIR`: a recorded life through today's rules, event by event. Only reads; the platform may be running. */
import { parseArgs } from 'node:util'
import type { Fact } from '../domain/alarm.ts'
import { sentenceOf } from '../domain/log.ts'
import { openCareScreens } from '../store/sqlite/care/screens.ts'
import { openReaderConnection } from '../store/sqlite/connection.ts'
import { carePath } from '../store/sqlite/folder.ts'
import type { CareStore, JournalEntry } from '../store/store.ts'
import { type Replayed, replayJournal } from './replay-journal.ts'

const page = 1_000
const usage = `Usage: npm run replay -- --resident ID [--data DIR]
  --resident  a resident's id, or area:… for an area
  --data      the data folder (default: ANLING_DATA_DIR, else "data")
Prints each event with its facts, then and by today's rules. Ends with 1 when any differ.`

/** Writes the replay line by line; resolves with the exit code: 0 all the same, 1 some differ, 2 nothing could be replayed. */
export async function replay(args: readonly string[], write: (line: string) => void): Promise<number> {
  const asked = readArguments(args)
  if (!asked) {
    write(usage)
    return 2
  }
  const connection = openReaderConnection(carePath(asked.dataDir))
  try {
    return tell(replayJournal(await lifeOf(openCareScreens(connection), asked.resident)), write)
  } finally {
    connection.close()
  }
}

function readArguments(args: readonly string[]): { resident: string; dataDir: string } | null {
  const options = { resident: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean' } } as const
  try {
    const { resident, data, help } = parseArgs({ args: [...args], options }).values
    if (help || !resident) return null
    return { resident, dataDir: data ?? process.env.ANLING_DATA_DIR ?? 'data' }
  } catch {
    return null
  }
}

async function lifeOf(store: Pick<CareStore, 'journal'>, subjectId: string): Promise<readonly JournalEntry[]> {
  const life: JournalEntry[] = []
  for (;;) {
    const entries = await store.journal(subjectId, life.at(-1)?.seq ?? 0, page)
    life.push(...entries)
    if (entries.length < page) return life
  }
}

function tell(life: Iterable<Replayed>, write: (line: string) => void): number {
  let events = 0
  let different = 0
  for (const replayed of life) {
    events += 1
    if (!replayed.same) different += 1
    for (const line of linesOf(replayed)) write(line)
  }
  if (events === 0) {
    write('Nothing is recorded of this resident.')
    return 2
  }
  write(`${events} events, ${different === 0 ? "and today's rules decide every one as then" : `${different} decided differently today`}.`)
  return different === 0 ? 0 : 1
}

function linesOf({ seq, event, then, now, same }: Replayed): string[] {
  const at = new Date(event.at).toISOString()
  const head = `${same ? ' ' : '≠'} ${String(seq).padStart(6)}  ${at}  ${event.kind}`
  if (same) return [`${head} → ${then.map(factLine).join('; ')}`]
  return [
    head,
    `           then: ${then.map(factLine).join('; ') || 'nothing'}`,
    `           now:  ${now.map(factLine).join('; ') || 'nothing'}`,
  ]
}

function factLine(fact: Fact): string {
  if (fact.kind === 'test-pressed') return 'test-pressed'
  const { alarm } = fact
  const standing = alarm.state === 'resolved' ? alarm.outcome : `step ${alarm.planStep}`
  return `${fact.kind} ${alarm.id} (${alarm.reason}, priority ${alarm.priority}, ${alarm.state}, ${standing}, asked ${alarm.presses}×)`
}

if (import.meta.main) {
  process.exitCode = await replay(process.argv.slice(2), (line) => console.log(line)).catch((error) => {
    console.error(`The journal could not be read: ${sentenceOf(error)}`)
    return 2
  })
}
