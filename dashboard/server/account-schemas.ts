/** The shapes of what comes in about accounts, second factors and the record. */
import { z } from 'zod'
import { userRoles } from '../../store/store.ts'
import { passwordMax, passwordMin } from './passwords.ts'
import { day, id, needed, text } from './schemas.ts'

const userName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u, 'must be 2 to 64 letters, digits, ".", "_", "@" or "-"')
const password = z.string().min(passwordMin, `must have at least ${passwordMin} characters`).max(passwordMax)
const givenPassword = z.string().min(1).max(passwordMax)

export const signInRequest = z.strictObject({ name: z.string().min(1).max(100), password: givenPassword })
export const secondRequest = z.strictObject({ ticket: z.string().min(1).max(100), code: z.string().min(1).max(40) })
export const setupRequest = z.strictObject({ code: z.string().min(1).max(100), name: userName, displayName: needed(60), password })
export const passwordRequest = z.strictObject({ current: givenPassword, next: password })
export const confirmRequest = z.strictObject({ password: givenPassword })
export const codeRequest = z.strictObject({ code: z.string().min(1).max(40) })

const passkeyId = z
  .string()
  .max(1_400)
  .regex(/^[A-Za-z0-9_-]+$/)
/** Its inside is for the library to check. */
const answer = z.object({
  id: passkeyId,
  rawId: passkeyId,
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
})
const label = needed(60)
export const passkeySignIn = z.strictObject({ answer })
export const newPasskey = z.strictObject({ label, answer })
export const passkeyName = z.strictObject({ id: passkeyId, label })
export const ownPasskey = z.strictObject({ id: passkeyId })
export const someSession = z.strictObject({ id: z.string().max(64).optional() })

const siteIds = z.array(id).max(1_000)
const area = z
  .strictObject({ city: text(100), district: text(100).default(''), street: text(100).default('') })
  .refine(({ city, district, street }) => city + district + street !== '', 'must name a city, a district or a street')
const areas = z.array(area).max(1_000)
const role = z.enum(userRoles)
export const newUser = z.strictObject({ name: userName, displayName: needed(60), role, siteIds, areas: areas.default([]), password })
export const userChange = z.strictObject({ displayName: needed(60), role, siteIds, areas, disabled: z.boolean(), password }).partial()

/** `user`: the id of one of the staff. `who`: letters of a resident's name or telephone. `subject`: any id. */
export const auditQuery = z.strictObject({
  user: z.string().max(100).optional(),
  who: z.string().trim().max(100).optional(),
  subject: z.string().max(300).optional(),
  action: z.string().max(60).optional(),
  from: day.optional(),
  to: day.optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
})
