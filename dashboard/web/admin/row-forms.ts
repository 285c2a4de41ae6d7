/** Which fields the rows of each list have, and the way from a row to a form's texts and back. Pure, but for the words. */
import { families, roles } from '../../../domain/device.ts'
import { modes, relations } from '../../../domain/people.ts'
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable } from '../../contracts.ts'
import { language } from '../shared/i18n/i18n.ts'
import type { Words } from '../shared/i18n/zh.ts'
import { localOf, momentOf } from '../shared/local-moment.ts'
import type { fileWords } from './file-words.ts'
import type { FormField, Values } from './form.tsx'
import { hoursUnderstood } from './reach-hours-words.ts'

type Book = { rows: DirectoryRows; words: Words; file: (typeof fileWords)['value'] }
type Choice = readonly [value: string, shown: string]

const doorOf = ({ building, unit, door }: DirectoryRows['homes'][number]) => [building, unit, door].filter((part) => part !== '').join('-')
const yesNo = ({ words }: Book): readonly Choice[] => [
  ['true', words.admin.yes],
  ['false', words.admin.no],
]
const sites = ({ rows }: Book): readonly Choice[] => rows.sites.map(({ id, name }) => [id, name])

/** `siteId`: of the row, so that only what belongs to its site may be chosen. `withSite`: false where the page knows it. */
export function fieldsOf(table: CsvTable, book: Book, siteId: string): readonly FormField[] {
  return builders[table](book, siteId)
}

const builders: Readonly<Record<CsvTable, (book: Book, siteId: string) => readonly FormField[]>> = {
  sites: ({ words: { admin } }) => [
    { key: 'name', label: admin.columns.name, kind: 'text', required: true, max: 100 },
    { key: 'phone', label: admin.columns.phone, kind: 'text', max: 40 },
    { key: 'street', label: admin.columns.street, kind: 'text', max: 100 },
    { key: 'district', label: admin.columns.district, kind: 'text', max: 100 },
    { key: 'city', label: admin.columns.city, kind: 'text', max: 100 },
    { key: 'timeZone', label: admin.columns.timeZone, kind: 'text', required: true, max: 64 },
  ],
  homes: (book) => {
    const { words, file } = book
    return [
      { key: 'siteId', label: words.admin.columns.site, kind: 'choice', choices: sites(book), required: true },
      { key: 'building', label: file.building, kind: 'text', max: 40 },
      { key: 'unit', label: file.unit, kind: 'text', max: 40 },
      { key: 'door', label: file.door, kind: 'text', required: true, max: 40 },
      { key: 'address', label: words.admin.columns.address, kind: 'area', max: 300 },
      { key: 'entry', label: words.admin.columns.entry, kind: 'area', max: 500 },
    ]
  },
  residents: (book, siteId) => residentFields(book, siteId),
  contacts: (book, siteId) => {
    const { rows, words, file } = book
    const residents = rows.residents.filter((row) => siteId === '' || row.siteId === siteId)
    const { columns } = words.admin
    return [
      {
        key: 'residentId',
        label: columns.resident,
        kind: 'choice',
        required: true,
        choices: withEmpty(
          file.choose,
          residents.map(({ id, name }) => [id, name]),
        ),
      },
      { key: 'name', label: columns.person, kind: 'text', required: true, max: 100 },
      { key: 'relation', label: columns.relation, kind: 'choice', choices: relations.map((name) => [name, words.relations[name]]) },
      { key: 'phone', label: columns.phone, kind: 'text', max: 40 },
      { key: 'hasKey', label: columns.hasKey, kind: 'choice', choices: yesNo(book) },
      { key: 'order', label: columns.order, kind: 'number', hint: file.orderHint },
      {
        key: 'hours',
        label: file.hours,
        kind: 'text',
        max: 60,
        hint: file.hoursHint,
        understood: (text) => hoursUnderstood(text, language.value),
      },
    ]
  },
  devices: (book, siteId) => deviceFields(book, siteId),
}

const withEmpty = (shown: string, choices: readonly Choice[]): readonly Choice[] => [['', shown], ...choices]

function residentFields(book: Book, siteId: string): readonly FormField[] {
  const { rows, words, file } = book
  const { columns, sexes } = words.admin
  const homes = rows.homes.filter((row) => siteId === '' || row.siteId === siteId)
  return [
    { key: 'name', label: columns.person, kind: 'text', required: true, max: 100 },
    {
      key: 'homeId',
      label: file.homeChoose,
      kind: 'choice',
      required: true,
      choices: withEmpty(
        file.choose,
        homes.map((home) => [home.id, doorOf(home)]),
      ),
    },
    {
      key: 'sex',
      label: columns.sex,
      kind: 'choice',
      choices: (['female', 'male', 'unknown'] as const).map((name) => [name, sexes[name]]),
    },
    { key: 'birthYear', label: columns.born, kind: 'number' },
    { key: 'phone', label: columns.phone, kind: 'text', max: 40 },
    { key: 'livesAlone', label: columns.alone, kind: 'choice', choices: yesNo(book) },
    { key: 'speech', label: file.speech, kind: 'area', max: 300, hint: file.speechHint },
    { key: 'medical', label: file.medical, kind: 'area', max: 5_000, hint: file.medicalHint },
    { key: 'mode', label: columns.mode, kind: 'choice', choices: modes.map((name) => [name, words.admin.modes[name]]) },
    { key: 'modeUntil', label: file.until, kind: 'moment' },
    { key: 'inactivityDayHours', label: file.dayLimit, kind: 'number', hint: file.limitHint },
    { key: 'inactivityNightHours', label: file.nightLimit, kind: 'number', hint: file.limitHint },
    { key: 'silenceBudget', label: file.budget, kind: 'number', hint: file.budgetHint },
  ]
}

function deviceFields(book: Book, siteId: string): readonly FormField[] {
  const { rows, words, file } = book
  const { columns, powers } = words.admin
  const here = <Row extends { siteId: string }>(list: readonly Row[]) => list.filter((row) => siteId === '' || row.siteId === siteId)
  const gateways = here(rows.devices).filter(({ gatewayId, role }) => gatewayId === null && (role === 'gateway' || role === 'terminal'))
  return [
    { key: 'siteId', label: columns.site, kind: 'choice', choices: sites(book), required: true },
    {
      key: 'residentId',
      label: columns.resident,
      kind: 'choice',
      choices: withEmpty(
        file.nobody,
        here(rows.residents).map(({ id, name }) => [id, name]),
      ),
    },
    { key: 'role', label: columns.role, kind: 'choice', choices: roles.map((name) => [name, words.deviceRoles[name]]) },
    { key: 'room', label: columns.room, kind: 'text', max: 40 },
    { key: 'family', label: columns.family, kind: 'choice', choices: families.map((name) => [name, name]) },
    {
      key: 'gatewayId',
      label: file.gateway,
      kind: 'choice',
      choices: withEmpty(
        file.noGateway,
        gateways.map(({ id }) => [id, id]),
      ),
    },
    { key: 'key', label: file.key, kind: 'text', required: true, max: 100 },
    { key: 'base', label: file.base, kind: 'text', max: 100 },
    { key: 'power', label: columns.power, kind: 'choice', choices: (['mains', 'battery'] as const).map((name) => [name, powers[name]]) },
    { key: 'heartbeatSeconds', label: columns.heartbeat, kind: 'number', hint: file.heartbeatHint },
  ]
}

const numbers: ReadonlySet<string> = new Set([
  'birthYear',
  'order',
  'heartbeatSeconds',
  'inactivityDayHours',
  'inactivityNightHours',
  'silenceBudget',
])
const truths: ReadonlySet<string> = new Set(['hasKey', 'livesAlone'])
const optional: ReadonlySet<string> = new Set(['residentId', 'gatewayId'])

/** A row as a form holds it: every value a text, moments by the clocks of its site. */
export const textsOf = (row: object, timeZone: string): Values =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      key === 'modeUntil' ? (typeof value === 'number' ? localOf(value, timeZone) : '') : textOf(value),
    ]),
  )

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n')
  return value === null || value === undefined ? '' : String(value)
}

/** Back: what is no number stays a text, and the server names the field. */
export const rowOfTexts = (table: CsvTable, texts: Values, timeZone: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      key === 'modeUntil' ? (text === '' ? null : momentOf(text, timeZone)) : valueIn(table, key, text.trim()),
    ]),
  )

/** In whose hours a form of this site is read and written. */
export const zoneOf = (rows: Pick<DirectoryRows, 'sites'>, siteId: string | undefined): string =>
  (rows.sites.find(({ id }) => id === siteId) ?? rows.sites[0])?.timeZone || 'Asia/Shanghai'

function valueIn(table: CsvTable, key: string, text: string): unknown {
  if (key === 'medical')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  if (truths.has(key)) return text === 'true'
  if (table === 'devices' && optional.has(key)) return text === '' ? null : text
  if (key === 'order' && text === '') return 1
  if (numbers.has(key)) return text === '' ? null : Number.isNaN(Number(text)) ? text : Number(text)
  return text
}

/** What a new row begins with. */
export const freshRow: Readonly<Record<CsvTable, Values>> = {
  sites: { timeZone: 'Asia/Shanghai', name: '', phone: '', street: '', district: '', city: '' },
  homes: { building: '', unit: '', door: '', address: '', entry: '' },
  residents: {
    name: '',
    homeId: '',
    sex: 'female',
    birthYear: '',
    phone: '',
    livesAlone: 'true',
    speech: '',
    medical: '',
    mode: 'home',
    modeUntil: '',
  },
  contacts: { residentId: '', name: '', relation: 'relative', phone: '', hasKey: 'false', order: '1', hours: '' },
  devices: {
    residentId: '',
    role: 'sos-button',
    room: '',
    family: 'native',
    gatewayId: '',
    key: '',
    base: '',
    power: 'battery',
    heartbeatSeconds: '',
  },
}
const prefixes: Readonly<Record<CsvTable, string>> = { sites: 'site', homes: 'home', residents: 'res', contacts: 'con', devices: 'dev' }

export const newRowId = (table: CsvTable): string => `${prefixes[table]}-${crypto.randomUUID().slice(0, 12)}`
