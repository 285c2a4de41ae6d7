/** The shapes of what relatives' telephones and the staff's family pages send. */
import { z } from 'zod'
import { consentWays, familyAnswers } from '../../../domain/family.ts'
import { hasControl, timeZone } from '../schemas.ts'

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !hasControl(value), 'must not hold control characters')
const minuteOfDay = z.int().min(0).max(1_439)
const span = z.strictObject({ from: minuteOfDay, until: minuteOfDay })
const ways = z.array(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)).max(20)

export const joinRequest = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be the whole link'),
  label: text(40).default(''),
  language: z.enum(['zh', 'en']).optional(),
})
export const leaveRequest = z.strictObject({ residentId: z.string().min(1).max(64).nullable() })
export const answerRequest = z
  .strictObject({ answer: z.enum(familyAnswers), minutes: z.int().min(1).max(600).optional() })
  .refine(({ answer, minutes }) => answer === 'going' || minutes === undefined, { path: ['minutes'], message: 'only with going' })

export const reachChange = z.strictObject({
  phone: text(40),
  email: z.union([z.literal(''), z.email().max(200)]),
  language: z.enum(['zh', 'en']),
  subject: text(20),
  timeZone: z.union([z.literal(''), timeZone]),
  day: ways,
  night: ways,
  nightHours: span,
  quiet: span.nullable(),
  dailyAt: minuteOfDay.nullable(),
})

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+=*$/)
export const pushRequest = z.object({
  endpoint: z.url({ protocol: /^https$/ }).max(2_000),
  keys: z.object({ p256dh: base64url(200), auth: base64url(60) }),
})
export const pushReceived = z.object({ id: z.string().min(1).max(300) })
export const testParam = z.object({ id: z.string().regex(/^test-[0-9a-f]{18}$/) })

export const consentRequest = z.strictObject({ how: z.enum(consentWays), note: text(500).default('') })
export const contactParams = z.object({ id: z.string().min(1).max(64), contactId: z.string().min(1).max(64) })
export const phoneParams = contactParams.extend({ phoneId: z.string().min(1).max(64) })
