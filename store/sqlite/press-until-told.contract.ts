/** A process for the durability tests: `node press-until-told.contract.ts <dataDir> [turns]` commits presses, prints each one once it is durable, and answers every fourth. */
import { writeSync } from 'node:fs'
import { systemClock } from '../../domain/clock.ts'
import { acknowledged, pressTurn, raisedAlarm, start, turnTo } from '../examples.contract.ts'
import { openCareStore } from './care.ts'
import { openDatabase } from './database.ts'

const [dataDir = '', turns = '1000000', prefix = 'p'] = process.argv.slice(2)
const fail = (error: Error) => {
  writeSync(2, `${error.message}\n`)
  process.exit(3)
}
const database = openDatabase({ dataDir, clock: systemClock, ballastBytes: 4096, onTrouble() {}, onFatal: fail })
const care = openCareStore(database)
for (let index = 0; index < Number(turns); index += 1) {
  const press = `${prefix}${index}`
  await care.commit(pressTurn(`resident-${press}`, press))
  // Unbuffered: the line leaves the process right after the commit, as a PUBACK would.
  writeSync(1, `thanked ${press}\n`)
  if (index % 4 === 0) await answer(`resident-${press}`, press)
}
database.close()

/** What somebody of the staff does: the act and its line in the record. */
async function answer(subjectId: string, press: string): Promise<void> {
  const alarm = acknowledged(raisedAlarm(subjectId, press), start)
  const line = { at: start, userId: 'u1', action: 'acknowledge-asked', subjectId, detail: alarm.id }
  const { after: before } = pressTurn(subjectId, press)
  await care.commit({ ...turnTo(alarm, before, { kind: 'alarm-acknowledged' }), line })
}
