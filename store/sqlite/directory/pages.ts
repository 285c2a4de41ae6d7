/** Whole tables of the directory, read page by page: a city has 300,000 devices, and a press may come between two pages. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Resident } from '../../../domain/people.ts'
import { breathe } from './breathe.ts'
import { contactOfRow, deviceOfRow, homeOfRow, residentOfRow, siteOfRow, type Tables } from './tables.ts'

/** Some milliseconds of work. */
const rowsAtOnce = 500

type Sites = readonly string[] | 'all'
/** Those after `last` in the order of the table; of one site, or of all. */
type PageAfter<Row> = (last: Row | undefined, siteId: string | null) => { execute(): Promise<readonly Row[]> }

/** Site by site, as the index has them. */
async function inPages<Row, Read>(of: Sites, pageAfter: PageAfter<Row>, read: (row: Row) => Read): Promise<Read[]> {
  const found: Read[] = []
  for (const siteId of of === 'all' ? [null] : new Set(of)) {
    for (let last: Row | undefined; ; ) {
      const rows = await pageAfter(last, siteId).execute()
      for (const row of rows) found.push(read(row))
      last = rows.at(-1)
      if (rows.length < rowsAtOnce) break
      await breathe()
    }
  }
  return found
}

/** What belongs to many others, asked for by so many of those at a time. */
async function byOwners<Row, Read>(
  ids: readonly string[],
  rowsOf: (some: readonly string[]) => { execute(): Promise<readonly Row[]> },
  read: (row: Row) => Read,
): Promise<Read[]> {
  const found: Read[] = []
  for (let from = 0; from < ids.length; from += rowsAtOnce) {
    if (from > 0) await breathe()
    for (const row of await rowsOf(ids.slice(from, from + rowsAtOnce)).execute()) found.push(read(row))
  }
  return found
}

/** Each list is in the order of its table: ids of sites and homes, numbers of residents and devices; contacts person by person, as they are called. */
export function openPages(queries: Kysely<Tables>) {
  const byNumber = <Row extends { number: number }>(rows: Row[]) => rows.sort((a, b) => a.number - b.number)
  const byId = <Row extends { id: string }>(rows: Row[]) => rows.sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)))

  const sites: PageAfter<Tables['sites']> = (last, siteId) => {
    const page = queries.selectFrom('sites').selectAll().orderBy('id').limit(rowsAtOnce)
    return (siteId === null ? page : page.where('id', '=', siteId)).where('id', '>', last?.id ?? '')
  }
  // In the order of its index: by id each page of a large site would sort all of it.
  const homes: PageAfter<Tables['homes'] & { place: number }> = (last, siteId) => {
    const page = queries.selectFrom('homes').selectAll().select(sql<number>`rowid`.as('place')).orderBy('place').limit(rowsAtOnce)
    return (siteId === null ? page : page.where('site_id', '=', siteId)).where(sql<SqlBool>`rowid > ${last?.place ?? -1}`)
  }
  const residents: PageAfter<Tables['residents']> = (last, siteId) => {
    const page = queries.selectFrom('residents').selectAll().orderBy('number').limit(rowsAtOnce)
    return (siteId === null ? page : page.where('site_id', '=', siteId)).where('number', '>', last?.number ?? -1)
  }
  const devices: PageAfter<Tables['devices']> = (last, siteId) => {
    const page = queries.selectFrom('devices').selectAll().orderBy('number').limit(rowsAtOnce)
    return (siteId === null ? page : page.where('site_id', '=', siteId)).where('number', '>', last?.number ?? -1)
  }
  const homesById = (ids: readonly string[]) => queries.selectFrom('homes').selectAll().where('id', 'in', ids)
  const contactsOf = (ids: readonly string[]) =>
    queries.selectFrom('contacts').selectAll().where('resident_id', 'in', ids).orderBy('resident_id').orderBy('called').orderBy('id')
  return {
    sites: async (of: Sites) => byId(await inPages(of, sites, siteOfRow)),
    homes: async (of: Sites) => byId(await inPages(of, homes, ({ place: _, ...row }) => homeOfRow(row))),
    residents: async (of: Sites) => byNumber(await inPages(of, residents, residentOfRow)),
    devices: async (of: Sites) => byNumber(await inPages(of, devices, deviceOfRow)),
    /** The homes that these live in, wherever somebody moved those to. */
    homesOf: (people: readonly Resident[]) => byOwners([...new Set(people.map(({ homeId }) => homeId))], homesById, homeOfRow),
    contactsOf: (people: readonly Resident[]) => byOwners(people.map(({ id }) => id).sort(), contactsOf, contactOfRow),
  }
}
