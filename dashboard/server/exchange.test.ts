/** The directory as spreadsheets: what goes out comes back the same, what is wrong is named by line, and nothing half-done stays. */
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import type { DirectoryRows } from '../../store/store.ts'
import type { ImportAnswer } from '../contracts.ts'
import { breathe } from './breathe.ts'
import { csvLine, decode, detect, encode, prefixed, readCsv, unprefixed } from './csv-text.ts'
import { openWorld, type Signed, siteRows, type World } from './world.contract.ts'

let world: World
let admin: Signed
let supervisor: Signed

beforeAll(async () => {
  world = await openWorld()
  await world.addUsers()
  admin = await world.signIn('root')
  supervisor = await world.signIn('sup-a')
})
afterAll(() => world.close())

const breaksOf = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0

type Given = { who?: Signed; type?: string; encoding?: string }
async function importCsv(table: string, body: string | Buffer, { who = admin, type = 'text/csv', encoding }: Given = {}) {
  const url = `/api/import/${table}${encoding ? `?encoding=${encoding}` : ''}`
  const payload = typeof body === 'string' ? Buffer.from(body) : body
  return world.ask({ method: 'POST', url, payload, headers: { ...who.headers, 'content-type': type } })
}
const answerOf = async (...given: Parameters<typeof importCsv>): Promise<ImportAnswer> => (await importCsv(...given)).json()
const exported = async (table: string, query = '', who = admin) =>
  (await world.ask({ url: `/api/export/${table}${query}`, headers: who.headers })).rawPayload

const awkward: DirectoryRows['residents'][number] = {
  ...{ id: 'res-a-9', siteId: 'a', homeId: 'home-a-1', name: '=cmd|’/C calc’!A0 "欧阳，娜娜"', sex: 'female', birthYear: 1938 },
  ...{ phone: '+86 21 5555', livesAlone: false, speech: '-说\n上海话, 𠮷', medical: ['高血压|二级', 'back\\slash', '@home'] },
  ...{ mode: 'hospital', modeUntil: instant(1_800_000_000_000), inactivityDayHours: 6.5, inactivityNightHours: 0, silenceBudget: 0.25 },
}

describe('a round trip', () => {
  test.each(['utf-8', 'gb18030'])('in %s gives every table back as it was', async (encoding) => {
    await world.directory.put({ residents: [awkward] })
    const before = await world.directory.rows('all')
    for (const labels of ['en', 'zh']) {
      for (const table of ['sites', 'homes', 'residents', 'contacts', 'devices'] as const) {
        const file = await exported(table, `?encoding=${encoding}&labels=${labels}`)
        const answer = await answerOf(table, file)
        expect(answer).toEqual({ imported: before[table].length })
      }
    }
    expect(await world.directory.rows('all')).toEqual(before)
  })

  test('also restores what was changed meanwhile', async () => {
    const before = await world.directory.rows(['a'])
    const file = await exported('residents', '?siteId=a')
    await world.directory.put({ residents: before.residents.map((row) => ({ ...row, name: 'changed', medical: [] })) })
    await importCsv('residents', file)
    expect(await world.directory.rows(['a'])).toEqual(before)
  })

  test('no exported cell begins like a formula, and any text survives', async () => {
    const cell = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", '"', ',', 'a', '王', '𠮷', ' ', '|') })
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 5 }), async (cells) => {
        for (const each of cells) expect(prefixed(each)).not.toMatch(/^[=+\-@\t\r]/)
        expect(cells.map((each) => unprefixed(prefixed(each)))).toEqual(cells)
        const text = csvLine(['id', ...cells]) + csvLine(['next'])
        const lines = 1 + breaksOf(['id', ...cells].join(' '))
        for (const encoding of ['utf-8', 'gb18030'] as const) {
          const back = await readCsv((await decode(encode(text, encoding), encoding)) ?? '')
          const records = [
            { line: 1, cells: ['id', ...cells] },
            { line: lines + 1, cells: ['next'] },
          ]
          expect(back).toEqual({ ok: true, records })
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('encodings', () => {
  const text = 'id,名称,timeZone\r\nenc-1,幸福里社区居家养老服务中心,Asia/Shanghai\r\n'
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${text}`)],
    ['GB18030', iconv.encode(text, 'gb18030')],
    ['GBK as Excel in China saves it', iconv.encode(text, 'gbk')],
  ])('%s is recognised', async (_name, bytes) => {
    expect(await answerOf('sites', bytes)).toEqual({ imported: 1 })
    expect((await world.directory.site('enc-1'))?.name).toBe('幸福里社区居家养老服务中心')
  })

  test('what is neither is refused, and UTF-8 cut in the middle is not taken for Chinese of another kind', async () => {
    expect(await detect(Buffer.from([0xff, 0xfe, 0x41, 0x00, 0xff]))).toBeNull()
    expect(await answerOf('sites', Buffer.from([0x80, 0xff, 0xff]))).toMatchObject({ errors: [{ line: 1 }] })
  })

  test('a large file is read across its slices', async () => {
    const long = `id,name\r\n${Array.from({ length: 40_000 }, (_, n) => `x${n},王秀英${n}`).join('\r\n')}`
    for (const encoding of ['utf-8', 'gb18030'] as const) expect(await detect(encode(long, encoding))).toBe(long)
    const read = await readCsv(long)
    expect(read.ok && read.records.length).toBe(40_001)
    expect(read.ok && read.records.at(-1)).toEqual({ line: 40_001, cells: ['x39999', '王秀英39999'] })
  })
})

describe('mistakes', () => {
  const header = 'id,siteId,door,address\n'
  test('are all named by line and column, and nothing of the file is taken', async () => {
    const body = `${header}new-1,a,101,"two\nlines"\n\nbad id,a,102,\nnew-3,nowhere,103,\nnew-4,a,,\nnew-1,a,105,\nnew-6,a\n`
    expect(await answerOf('homes', body)).toEqual({
      errors: [
        { line: 5, column: 'id', message: expect.stringContaining('must be') },
        { line: 7, column: 'door', message: 'must not be empty' },
        { line: 8, column: 'id', message: '“new-1” already stands in line 2' },
        { line: 9, column: '', message: 'the line has 2 cells, the header has 4' },
      ],
    })
    const reference = await answerOf('homes', `${header}new-1,a,101,\nnew-3,nowhere,103,\n`)
    expect(reference).toEqual({ errors: [{ line: 3, column: 'siteId', message: 'there is no “nowhere”' }] })
    expect(await world.directory.siteOf('homes', 'new-1')).toBeNull()
  })

  test.each([
    ['an empty file', '', 1],
    ['an unknown column', 'id,colour\n1,red\n', 1],
    ['a column twice', 'id,door,室号\n1,2,3\n', 1],
    ['no id', 'door\n1\n', 1],
    ['an open quote', 'id,siteId,door\nq1,a,1\nq2,a,"2\nq3,a,3\n', 3],
    ['a quote in the wrong place', 'id,siteId,door\r\n\r\nq1,a,"1\n2"\nq2,a,"2"2\n', 5],
  ])('%s is refused', async (_name, body, line) => {
    expect(await answerOf('homes', body)).toMatchObject({ errors: [{ line }] })
  })

  test('are counted by line as people count, whatever ends the lines and in whatever encoding', async () => {
    const lines = 'id,siteId,door,address\r\n好1,a,1,\nx2,a,"1\r\n二\n3\r4",\r\n\n\r\n好7,a,1,\rx8,a,,\n'
    const expected = { errors: [2, 9, 10].map((line) => expect.objectContaining({ line })) }
    for (const file of [Buffer.from(lines), Buffer.from(`\uFEFF${lines}`), iconv.encode(lines, 'gb18030')]) {
      expect(await answerOf('homes', file)).toEqual(expected)
    }
  })

  test('any mixture of line ends, blank lines and quoted breaks leaves every record on its own line', async () => {
    const ending = fc.constantFrom('\r\n', '\n', '\r')
    const cell = fc.string({ unit: fc.constantFrom('a', '王', '\r\n', '\n', '\r', '"', ',') }).map((text) => `${text}.`)
    const record = fc.record({ cell, blank: fc.array(ending, { maxLength: 2 }), ending })
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (given) => {
        let text = ''
        const records = given.map(({ cell, blank, ending }) => {
          // Only after a whole CR LF, LF or CR: a CR and an LF that meet are one ending.
          text += blank.join('').replaceAll('\r\n', '\n').replaceAll('\r', '\n')
          const line = 1 + breaksOf(text)
          text += `"${cell.replaceAll('"', '""')}",x${ending === '\r' ? '\n' : ending}`
          return { line, cells: [cell, 'x'] }
        })
        expect(await readCsv(text)).toEqual({ ok: true, records })
      }),
      { numRuns: 300 },
    )
  })

  test('numbers, dates and words are checked, Chinese words are understood', async () => {
    const top = 'id,siteId,homeId,name,sex,birthYear,livesAlone,mode,modeUntil\n'
    const good = `${top}zh-1,a,home-a-1,李梅,女,1940,是,外出,2026-12-01T08:00+08:00\n`
    expect(await answerOf('residents', good)).toEqual({ imported: 1 })
    const card = await world.directory.card('zh-1')
    expect(card?.resident).toMatchObject({ sex: 'female', livesAlone: true, mode: 'away', modeUntil: Date.UTC(2026, 11, 1) })
    const lines = await world.accounts.auditLines(0, 1_000)
    expect(lines.findLast(({ action }) => action === 'import-residents')?.detail).toBe('1; zh-1 home → away until 2026-12-01T00:00:00.000Z')
    const endless = { line: 2, column: 'modeUntil', message: expect.stringContaining('needs its end') }
    expect(await answerOf('residents', `${top}zh-2,a,home-a-1,李梅,女,1940,是,住院,\n`)).toEqual({ errors: [endless] })
    const bad = `${top}zh-2,a,home-a-1,李梅,x,forty,maybe,gone,tomorrow\n`
    const answer = await answerOf('residents', bad)
    const columns = 'errors' in answer ? answer.errors.map(({ column }) => column).sort() : []
    expect(columns).toEqual(['birthYear', 'livesAlone', 'mode', 'modeUntil', 'sex'])
  })
})

describe('a large file', () => {
  test('holds no press up, and still comes whole', async () => {
    let done = false
    const body = `id,siteId,door\n${Array.from({ length: 3_000 }, (_, n) => `bulk-${n},a,${n}`).join('\n')}`
    const importing = answerOf('homes', body).finally(() => {
      done = true
    })
    while ((await world.directory.siteOf('homes', 'bulk-0')) === null) await breathe()
    await world.press('res-a-1', 'in between')
    expect(done).toBe(false)
    expect(await importing).toEqual({ imported: 3_000 })
  })
})

describe('rights', () => {
  test('a supervisor imports into the own sites only, and cannot take over a foreign id', async () => {
    const top = 'id,siteId,door\n'
    expect(await answerOf('homes', `${top}own-1,a,1\n`, { who: supervisor })).toEqual({ imported: 1 })
    const before = await world.directory.rows(['b'])
    for (const row of ['home-b-1,a,1', 'own-2,b,1']) {
      expect(await answerOf('homes', `${top}${row}\n`, { who: supervisor })).toMatchObject({ errors: [{ line: 2 }] })
    }
    expect(await world.directory.rows(['b'])).toEqual(before)
    expect((await importCsv('sites', 'id,name,timeZone\nz,Z,Asia/Shanghai\n', { who: supervisor })).statusCode).toBe(403)
    expect((await exported('homes', '', supervisor)).toString()).not.toContain('SECRET-B')
  })

  test('every import and export leaves a line in the record', async () => {
    await exported('contacts', '?siteId=a', supervisor)
    const lines = await world.accounts.auditLines(0, 1_000)
    expect(lines).toContainEqual(expect.objectContaining({ userId: 'u-sup-a', action: 'export-contacts', subjectId: 'a' }))
    expect(lines).toContainEqual(expect.objectContaining({ userId: 'u-sup-a', action: 'import-homes' }))
  })
})

describe('rows one by one', () => {
  test('are written, moved inside the own site, and removed', async () => {
    const put = (table: string, id: string, payload: object) =>
      world.ask({ method: 'PUT', url: `/api/rows/${table}/${id}`, payload, headers: supervisor.headers })
    const home = { ...siteRows('a').homes[0], door: '909' }
    expect((await put('homes', 'home-a-2', home)).json()).toMatchObject({ id: 'home-a-2', door: '909' })
    expect((await put('homes', 'home-a-2', { ...home, door: '' })).json()).toMatchObject({
      code: 'bad-request',
      fields: [{ path: 'door' }],
    })
    expect((await put('residents', 'res-new', { siteId: 'a', homeId: 'home-a-2', name: '新人' })).statusCode).toBe(200)
    expect((await put('contacts', 'con-new', { residentId: 'res-new', name: '女儿', relation: 'relative' })).statusCode).toBe(200)
    const remove = (table: string, id: string) =>
      world.ask({ method: 'DELETE', url: `/api/rows/${table}/${id}`, headers: supervisor.headers })
    expect((await remove('contacts', 'con-new')).statusCode).toBe(204)
    expect((await remove('contacts', 'con-new')).statusCode).toBe(404)
    expect((await remove('residents', 'res-new')).statusCode).toBe(204)
    expect((await remove('sites', 'a')).statusCode).toBe(403)
  })

  test('what is still needed by others is not removed', async () => {
    const answer = await world.ask({ method: 'DELETE', url: '/api/rows/homes/home-a-1', headers: supervisor.headers })
    expect(answer.statusCode).toBe(409)
  })

  test('a device gets its token once, and only from its own site', async () => {
    const token = (id: string) => world.ask({ method: 'POST', url: `/api/devices/${id}/token`, payload: {}, headers: supervisor.headers })
    expect((await token('btn-a-1')).json()).toEqual({ deviceId: 'btn-a-1', token: 'token of btn-a-1' })
    expect((await token('btn-b-1')).statusCode).toBe(404)
  })
})
