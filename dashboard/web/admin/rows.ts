/** The lists of the administration as plain tables of text: which columns, in which order, from which rows. */
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable } from '../../contracts.ts'
import { clockTime, type Language } from '../shared/format.ts'
import type { Words } from '../shared/i18n/zh.ts'

export type ColumnName = keyof Words['admin']['columns']
export type Table = { columns: readonly ColumnName[]; rows: readonly { id: string; cells: readonly string[] }[] }

export const csvTables = ['sites', 'homes', 'residents', 'contacts', 'devices'] as const satisfies readonly CsvTable[]

/** One list, dressed for reading. */
export function tableOf(which: CsvTable, rows: DirectoryRows, words: Words): Table {
  const t = words.admin
  const yes = (value: boolean) => (value ? t.yes : t.no)
  const homeDoors = new Map(
    rows.homes.map(({ id, building, unit, door }) => [id, [building, unit, door].filter((part) => part !== '').join('-')]),
  )
  const names = new Map(rows.residents.map(({ id, name }) => [id, name]))
  const number = (value: number | null) => (value === null ? '' : String(value))
  const of = {
    sites: () => ({
      columns: ['id', 'name', 'street', 'district', 'city', 'phone', 'timeZone'] as const,
      rows: rows.sites.map((s) => ({ id: s.id, cells: [s.id, s.name, s.street, s.district, s.city, s.phone, s.timeZone] })),
    }),
    homes: () => ({
      columns: ['id', 'site', 'door', 'address', 'entry'] as const,
      rows: rows.homes.map((h) => ({ id: h.id, cells: [h.id, h.siteId, homeDoors.get(h.id) ?? '', h.address, h.entry] })),
    }),
    residents: () => ({
      columns: ['id', 'person', 'door', 'sex', 'born', 'phone', 'alone', 'mode'] as const,
      rows: rows.residents.map((r) => ({
        id: r.id,
        cells: [
          r.id,
          r.name,
          homeDoors.get(r.homeId) ?? r.homeId,
          t.sexes[r.sex],
          number(r.birthYear),
          r.phone,
          yes(r.livesAlone),
          t.modes[r.mode],
        ],
      })),
    }),
    contacts: () => ({
      columns: ['id', 'resident', 'person', 'relation', 'phone', 'hasKey', 'order'] as const,
      rows: rows.contacts.map((c) => ({
        id: c.id,
        cells: [
          c.id,
          names.get(c.residentId) ?? c.residentId,
          c.name,
          words.relations[c.relation],
          c.phone,
          yes(c.hasKey),
          String(c.order),
        ],
      })),
    }),
    devices: () => ({
      columns: ['id', 'resident', 'role', 'room', 'family', 'power', 'heartbeat'] as const,
      rows: rows.devices.map((d) => ({
        id: d.id,
        cells: [
          d.id,
          names.get(d.residentId ?? '') ?? d.siteId,
          words.deviceRoles[d.role],
          d.room,
          d.family,
          t.powers[d.power],
          number(d.heartbeatSeconds),
        ],
      })),
    }),
  }
  return of[which]()
}

/** The rows that hold the typed letters anywhere. */
export function filtered(table: Table, typed: string): Table['rows'] {
  const wanted = typed.trim().toLowerCase()
  return wanted === '' ? table.rows : table.rows.filter(({ cells }) => cells.some((cell) => cell.toLowerCase().includes(wanted)))
}

/** A moment in the reader's own zone: a list of messages belongs to no home. */
export const momentText = (at: number, language: Language): string =>
  `${new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'short' }).format(at)} ${clockTime(at, { language, timeZone: '' })}`
