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
    /** While this cannot be written: `insert on audit`, `update on devices`. */
    async without<T>(what: string, deed: () => Promise<T>): Promise<T> {
      side.exec(`create trigger not_now before ${what} begin select raise(abort, 'not now'); end`)
      const answer = await deed()
      side.exec('drop trigger not_now')
      return answer
    },
  }
}

test('a visit, a walk, a wish, the life of a device and a sign-in do not stand without their line', { timeout: 60_000 }, async () => {
  const { admin, person, lines, without } = await open()
  const withoutRecord = <T>(deed: () => Promise<T>) => without('insert on audit', deed)
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

test('moved, retired, brought back, replaced, reset, claimed: a device, its life, its proof and the record change in one commit', async () => {
  const { admin, lines, without } = await open()
  const [one, other, fresh] = ['btn-site-a-1', 'btn-site-a-2', 'button-by-label']
  expect((await admin('POST', `/api/devices/${one}/credential`)).status).toBe(200)
  const standing = async () => {
    const all = await Promise.all([one, other, fresh].map((id) => admin('GET', `/api/devices/${id}`)))
    return { devices: all.map(({ json: { now: _, ...shown } }) => shown), lines: await lines() }
  }
  /** Each: what, how many lines it leaves, and what else must be written for it. */
  const deeds: readonly [string, object, number, readonly string[]][] = [
    [`/api/devices/${one}/move`, { residentId: 'res-site-a-2', room: '厨房' }, 1, ['update on devices', 'insert on device_proofs']],
    [`/api/devices/${one}/retire`, {}, 1, ['update on devices']],
    [`/api/devices/${one}/restore`, {}, 1, ['update on devices', 'insert on device_proofs']],
    [`/api/devices/${one}/replace`, { by: other }, 2, ['update on devices']],
    [`/api/devices/${one}/reset`, {}, 1, ['update on devices', 'insert on device_proofs', 'delete on credentials']],
    [
      `/api/flats/${home}/devices`,
      { deviceId: fresh, role: 'sos-button', power: 'battery' },
      2,
      ['insert on devices', 'insert on device_proofs'],
    ],
  ]
  for (const [path, body, left, parts] of deeds) {
    const before = await standing()
    for (const part of [...parts, 'insert on device_history', 'insert on audit']) {
      const { status } = await without(part, () => admin('POST', path, body))
      expect([path, part, status >= 500, await standing()]).toEqual([path, part, true, before])
    }
    const { status } = await admin('POST', path, body)
    expect([path, status < 300]).toEqual([path, true])
    expect(await standing()).toMatchObject({ lines: before.lines + left })
    expect((await standing()).devices).not.toEqual(before.devices)
  }

  // A case begins with what somebody said of the device, or not at all.
  const report = () => admin('POST', '/api/troubles', { deviceId: other, text: '按下去没有反应' })
  const cases = async (): Promise<{ notes: { text: string }[] }[]> => (await admin('GET', '/api/troubles')).json
  expect((await without('insert on trouble_notes', report)).status).toBeGreaterThanOrEqual(500)
  expect(await cases()).toEqual([])
  expect((await report()).json.notes).toMatchObject([{ text: '按下去没有反应' }])
  expect(await cases()).toHaveLength(1)

  // One that is in no home has no place to give: the other stays where it is.
  const before = await standing()
  expect((await admin('POST', `/api/devices/${one}/replace`, { by: other })).json).toMatchObject({ code: 'already-retired' })
  expect(await standing()).toEqual(before)
  for (const path of ['/api/test-reminders/nobody', '/api/flats/nobody', '/api/test-walks/nobody'])
    expect([path, (await admin('GET', path)).status]).toEqual([path, 404])
})
