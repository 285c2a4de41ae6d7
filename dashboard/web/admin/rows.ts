/** The lists of the administration as plain tables of text: which columns, in which order, from which rows. */
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable } from '../../contracts.ts'
import { clockTime, fullTime, type Language } from '../shared/format.ts'
import type { Words } from '../shared/i18n/zh.ts'

export type ColumnName = keyof Words['admin']['columns']
export type Table = { columns: readonly ColumnName[]; rows: readonly { id: string; cells: readonly string[] }[] }

export const csvTables = ['sites', 'homes', 'residents', 'contacts', 'devices'] as const satisfies readonly CsvTable[]

/** What the cells of one list may look up in the others. */
type Book = { rows: DirectoryRows; words: Words; doorOf: (homeId: string) => string; nameOf: (residentId: string | null) => string }
type Cells = Table['rows']

const yes = ({ words }: Book, value: boolean) => (value ? words.admin.yes : words.admin.no)
const number = (value: number | null) => (value === null ? '' : String(value))

const lists: Readonly<Record<CsvTable, { columns: readonly ColumnName[]; cells: (book: Book) => Cells }>> = {
  sites: {
    columns: ['id', 'name', 'street', 'district', 'city', 'phone', 'timeZone'],
    cells: ({ rows }) => byId(rows.sites, (s) => [s.id, s.name, s.street, s.district, s.city, s.phone, s.timeZone]),
  },
  homes: {
    columns: ['id', 'site', 'door', 'address', 'entry'],
    cells: ({ rows, doorOf }) => byId(rows.homes, (h) => [h.id, h.siteId, doorOf(h.id), h.address, h.entry]),
  },
  residents: {
    columns: ['id', 'person', 'door', 'sex', 'born', 'phone', 'alone', 'mode'],
    cells: (book) => byId(book.rows.residents, (r) => residentCells(book, r)),
  },
  contacts: {
    columns: ['id', 'resident', 'person', 'relation', 'phone', 'hasKey', 'order'],
    cells: (book) => byId(book.rows.contacts, (c) => contactCells(book, c)),
  },
  devices: {
    columns: ['id', 'resident', 'role', 'room', 'family', 'power', 'heartbeat'],
    cells: (book) => byId(book.rows.devices, (d) => deviceCells(book, d)),
  },
}

const byId = <T extends { id: string }>(rows: readonly T[], cells: (row: T) => readonly string[]): Cells =>
  rows.map((row) => ({ id: row.id, cells: cells(row) }))

function residentCells(book: Book, r: DirectoryRows['residents'][number]): string[] {
  const { sexes, modes } = book.words.admin
  return [r.id, r.name, book.doorOf(r.homeId), sexes[r.sex], number(r.birthYear), r.phone, yes(book, r.livesAlone), modes[r.mode]]
}

const contactCells = (book: Book, c: DirectoryRows['contacts'][number]): string[] => [
  ...[c.id, book.nameOf(c.residentId), c.name, book.words.relations[c.relation], c.phone],
  ...[yes(book, c.hasKey), String(c.order)],
]

const deviceCells = ({ words, nameOf }: Book, d: DirectoryRows['devices'][number]): string[] => [
  ...[d.id, d.residentId === null ? d.siteId : nameOf(d.residentId), words.deviceRoles[d.role], d.room, d.family],
  ...[words.admin.powers[d.power], number(d.heartbeatSeconds)],
]

/** What each home is called, by its id: with its site where there are several, for each of them has a building 1. */
export function doorNames({ homes, sites }: Pick<DirectoryRows, 'homes' | 'sites'>): ReadonlyMap<string, string> {
  const siteNames = new Map(sites.length > 1 ? sites.map(({ id, name }) => [id, name]) : [])
  const nameOf = ({ siteId, building, unit, door }: DirectoryRows['homes'][number]) =>
    [siteNames.get(siteId) ?? '', [building, unit, door].filter((part) => part !== '').join('-')].filter((part) => part !== '').join(' ')
  return new Map(homes.map((home) => [home.id, nameOf(home)]))
}

/** One list, dressed for reading. */
export function tableOf(which: CsvTable, rows: DirectoryRows, words: Words): Table {
  const doors = doorNames(rows)
  const names = new Map(rows.residents.map(({ id, name }) => [id, name]))
  const nameOf = (id: string | null) => names.get(id ?? '') ?? id ?? ''
  const { columns, cells } = lists[which]
  return { columns, rows: cells({ rows, words, nameOf, doorOf: (id) => doors.get(id) ?? id }) }
}

/** The rows that hold the typed letters anywhere. */
export function filtered(table: Table, typed: string): Table['rows'] {
  const wanted = typed.trim().toLowerCase()
  return wanted === '' ? table.rows : table.rows.filter(({ cells }) => cells.some((cell) => cell.toLowerCase().includes(wanted)))
}

/** A moment in the centre's zone: a list of messages belongs to no home. */
export const momentText = (at: number, language: Language): string => {
  const where = { language, timeZone: '' }
  return `${fullTime(at, where, { dateStyle: 'short' })} ${clockTime(at, where)}`
}
