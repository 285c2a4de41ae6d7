/** What people do with visits, walks, devices and telephones stands with its line of the record, or not at all: each is tried while the record cannot be written. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { type Ask, openPlatform, peopleOf } from './enrolment-stage.ts'

const home = 'res-site-a-1'
const device = '/api/devices/btn-site-a-1'

async function open() {
  const platform = await openPlatform()
  const { admin, person } = await peopleOf(platform)
  // A second hand on the file: what a disk does that fails for this one table.
  const side = new DatabaseSync(join(platform.dataDir, 'care.db'), { timeout: 5_000 })
  onTestFinished(() => side.close())
  const lines = async () => (await platform.accounts.auditLines(0, 1_000)).filter(({ action }) => !action.startsWith('look-'))
  return {
    admin,
    person,
    lines: async () => (await lines()).length,
    async withoutRecord<T>(deed: () => Promise<T>): Promise<T> {
      side.exec(`create trigger no_record before insert on audit begin select raise(abort, 'no record'); end`)
      const answer = await deed()
      side.exec('drop trigger no_record')
      return answer
    },
  }
}

test('a visit, a walk, a wish, the life of a device and a sign-in do not stand without their line', { timeout: 60_000 }, async () => {
  const { admin, person, lines, withoutRecord } = await open()
  const anna = await person('anna', 'supervisor', 'site-a')
  const tom = await person('tom', 'technician', 'site-a')
  const { code } = (await anna('POST', '/api/visit-codes', { residentId: home })).json
  const read = async (ask: Ask, path: string) => {
    const { status, json } = await ask('GET', path)
    const { now: _, ...shown } = Array.isArray(json) ? { list: json } : json
    return { status, shown }
  }
  /** Each: who, what, and where it is seen whether it stands. */
  const deeds: readonly [Ask, readonly [string, string, object?], readonly [Ask, string]][] = [
    [anna, ['POST', '/api/visit-codes', { residentId: 'res-site-a-2' }], [anna, '/api/visit-codes']],
    [tom, ['POST', '/api/visits', { code }], [tom, '/api/visits']],
    [tom, ['PUT', `/api/test-reminders/${home}`, { isOff: true, language: 'zh' }], [tom, `/api/test-reminders/${home}`]],
    [tom, ['POST', `/api/test-walks/${home}`, {}], [tom, `/api/test-walks/${home}`]],
    [tom, ['DELETE', `/api/test-walks/${home}`], [tom, `/api/test-walks/${home}`]],
    [tom, ['POST', `${device}/move`, { residentId: home, room: '厨房' }], [tom, device]],
    [tom, ['POST', `${device}/retire`, {}], [tom, device]],
    [tom, ['POST', `${device}/restore`, {}], [tom, device]],
    [admin, ['POST', '/api/sign-in', { name: 'anna', password: 'a long enough sentence' }], [admin, '/api/users']],
  ]
  for (const [who, deed, [looker, where]] of deeds) {
    const name = `${deed[0]} ${deed[1]}`
    const [before, linesBefore] = [await read(looker, where), await lines()]
    const refused = await withoutRecord(() => who(...deed))
    expect([name, refused.status >= 500]).toEqual([name, true])
    expect([name, await read(looker, where)]).toEqual([name, before])
    expect([name, await lines()]).toEqual([name, linesBefore])
    expect([name, (await who(...deed)).status < 300]).toEqual([name, true])
    expect([name, await read(looker, where)]).not.toEqual([name, before])
    expect([name, await lines()]).toEqual([name, linesBefore + 1])
  }

  const [visit] = (await anna('GET', '/api/visit-codes')).json.filter(({ isUsed }: { isUsed: boolean }) => isUsed)
  expect((await withoutRecord(() => anna('DELETE', `/api/visit-codes/${visit.id}`))).status).toBeGreaterThanOrEqual(500)
  expect((await tom('GET', '/api/visits')).json).toHaveLength(1)
  expect((await anna('DELETE', `/api/visit-codes/${visit.id}`)).status).toBe(204)
  expect((await tom('GET', '/api/visits')).json).toEqual([])
})
