/** The shapes of what comes in about rotas, shift notes and how staff are reached. */
import { z } from 'zod'
import { day, id, needed, text } from '../schemas.ts'

const dayOrNone = z.union([z.literal(''), day])
const minute = z.number().int().min(0).max(1_439)
const person = z.string().min(1).max(64)

export const siteParam = z.object({ siteId: id })
export const dutyParams = siteParam.extend({ id })
export const personParams = siteParam.extend({ id: person })
export const noteParams = z.object({ id })
export const weekQuery = z.object({ from: day.optional() })

export const shiftDraft = z.strictObject({
  name: needed(40),
  weekdays: z.array(z.number().int().min(1).max(7)).max(7),
  from: minute,
  until: minute,
  personIds: z.array(person).max(50),
  firstDay: dayOrNone.default(''),
  lastDay: dayOrNone.default(''),
})
export const exceptionDraft = z.strictObject({
  shiftId: id,
  day,
  out: z.union([z.literal(''), person]).default(''),
  in: z.union([z.literal(''), person]).default(''),
  note: text(200).default(''),
})
export const noteText = z.strictObject({ text: text(4_000).refine((value) => value.trim() !== '', 'must not be empty') })
export const personReach = z.strictObject({
  phone: text(40).refine((value) => /^[+\d][\d\s()-]*$|^$/.test(value), 'must be a telephone number'),
  email: text(254).refine((value) => value === '' || /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(value), 'must be one e-mail address'),
})
