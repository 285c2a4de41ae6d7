/** The shapes of everything that comes in over HTTP. What does not fit is refused with the name of the field. */
import { z } from 'zod'
import { actions, callResults, outcomes } from '../../domain/alarm.ts'
import { dayNumber } from '../../domain/calendar.ts'
import { families, roles } from '../../domain/device.ts'
import { modes, relations } from '../../domain/people.ts'
import { days, type Instant, instant, milliseconds, type Span } from '../../domain/time.ts'
import { deviceIdPattern } from '../../domain/topics.ts'

/** Ids of our own rows: nothing to escape in a path, a topic or a file. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const id = z.string().regex(idPattern, 'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit')
const deviceId = z.string().regex(deviceIdPattern, 'must be 4 to 64 letters, digits, "_" or "-"')

/** A line break and a tab are writing; the rest of the control characters are not. */
export const hasControl = (value: string): boolean => /\p{Cc}/u.test(value.replace(/[\t\n]/g, ''))

/** Text of people: anything they can type, but no control characters. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !hasControl(value), 'must not hold control characters')
export const needed = (max: number) => text(max).min(1, 'must not be empty')

export const timeZone = z
  .string()
  .max(64)
  .refine((name) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
    } catch {
      return false
    }
  }, 'must be a time zone such as Asia/Shanghai')

/** The end of what can be reckoned with: calendars name years with four digits, and what begins on such a day must still end. */
export const momentMax = Date.UTC(9_000, 0)

export const day = z
  .string()
  .max(10)
  .refine((text) => {
    const at = dayNumber(text) * days(1)
    return at >= 0 && at < momentMax
  }, 'must be a day such as 2026-11-22')

const moment = z
  .number()
  .int()
  .min(0)
  .max(momentMax)
  .transform((value): Instant => instant(value))
export const span = z
  .number()
  .int()
  .min(0)
  .max(7 * 86_400_000)
  .transform((value): Span => milliseconds(value))

export const site = z.strictObject({
  id,
  name: needed(100),
  street: text(100).default(''),
  district: text(100).default(''),
  city: text(100).default(''),
  timeZone,
  phone: text(40).default(''),
})

export const home = z.strictObject({
  id,
  siteId: id,
  building: text(40).default(''),
  unit: text(40).default(''),
  door: needed(40),
  address: text(300).default(''),
  entry: text(500).default(''),
  doorCode: text(40).default(''),
})

const hoursLimit = z.number().min(0).max(240).nullable().default(null)

export const resident = z
  .strictObject({
    id,
    siteId: id,
    homeId: id,
    name: needed(100),
    sex: z.enum(['female', 'male', 'unknown']).default('unknown'),
    birthYear: z.number().int().min(1890).max(2200).nullable().default(null),
    phone: text(40).default(''),
    livesAlone: z.boolean().default(true),
    speech: text(300).default(''),
    medical: z.array(needed(200)).max(50).default([]),
    mode: z.enum(modes).default('home'),
    modeUntil: moment.nullable().default(null),
    inactivityDayHours: hoursLimit,
    inactivityNightHours: hoursLimit,
    silenceBudget: z.number().min(0.05).max(30).nullable().default(null),
  })
  .refine(({ mode, modeUntil }) => mode === 'home' || modeUntil !== null, {
    path: ['modeUntil'],
    message: 'a mode other than home needs its end: fill modeUntil (状态截止), or leave mode empty for at home',
  })

export const contact = z.strictObject({
  id,
  residentId: id,
  name: needed(100),
  relation: z.enum(relations),
  phone: text(40).default(''),
  hasKey: z.boolean().default(false),
  order: z.number().int().min(1).max(1_000).default(1),
  hours: text(60).optional(),
})

export const device = z.strictObject({
  id: deviceId,
  siteId: id,
  residentId: id.nullable().default(null),
  gatewayId: deviceId.nullable().default(null),
  family: z.enum(families),
  key: needed(100),
  base: text(100).default(''),
  role: z.enum(roles),
  room: text(40).default(''),
  power: z.enum(['mains', 'battery']),
  heartbeatSeconds: z.number().int().min(1).max(604_800).nullable().default(null),
})

/** The tables of the directory, each with the shape of its rows. */
export const tables = { sites: site, homes: home, residents: resident, contacts: contact, devices: device } as const
export type Table = keyof typeof tables
export const tableNames = ['sites', 'homes', 'residents', 'contacts', 'devices'] as const satisfies readonly Table[]
export const tableParam = z.object({ table: z.enum(tableNames) })
export const rowParams = tableParam.extend({ id: z.string().min(1).max(64) })

export const modeRequest = z.strictObject({ mode: z.enum(modes), until: moment.nullable().default(null) })
const coming = z.strictObject({ who: needed(40), minutes: z.int().min(0).max(600) }).partial()
export const noteRequest = z.strictObject({
  action: z.enum(actions),
  text: text(2_000),
  result: z.enum(callResults).optional(),
  coming: coming.optional(),
})
export const resolveRequest = z.strictObject({ outcome: z.enum(outcomes), text: text(2_000) })
/** An account of the staff, or an API key that acts. */
const doerId = z.string().regex(/^(key:)?[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be the id of an account')
export const acknowledgeRequest = z
  .strictObject({ from: needed(100), fromId: doerId })
  .partial()
  .nullish()
export const callBackAgain = z.strictObject({ note: text(2_000).default(''), dueAt: moment.nullable().default(null) })
export const callBackDone = z.strictObject({ note: text(2_000).refine((note) => note.trim() !== '', 'must not be empty') })
export const handOverRequest = z
  .strictObject({ to: needed(100).optional(), toId: doerId.optional(), text: text(2_000).default('') })
  .refine(({ to, toId }) => (to === undefined) !== (toId === undefined), 'must name a colleague by toId, or by to')
export const shelveRequest = z.strictObject({ until: moment, text: text(2_000) })

export const idParam = z.object({ id: z.string().min(1).max(300) })
export const pageQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
})
export const nameQuery = z.object({ name: z.string().trim().min(1).max(100) })
export const siteQuery = z.object({ siteId: z.string().max(64).optional() })
