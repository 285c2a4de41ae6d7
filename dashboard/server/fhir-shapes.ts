/** The shapes of FHIR R4 as far as we write them, from its definitions: what leaves here is checked by them. Nothing that they do not name can go out. */
import { z } from 'zod'

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/)
const uri = z.string().regex(/^\S+$/)
const code = z.string().regex(/^[^\s]+(\s[^\s]+)*$/)
const text = z
  .string()
  .regex(/\S/)
  .max(1024 * 1024)
/** instant and dateTime, both with a time zone here. */
const moment = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
const list = <T extends z.ZodType>(of: T) => z.array(of).min(1)

const coding = z.strictObject({ system: uri, code, display: text.optional() })
const concept = z.strictObject({ coding: list(coding).optional(), text: text.optional() })
const identifier = z.strictObject({ system: uri, value: text })
const reference = z
  .strictObject({ reference: text.optional(), type: uri.optional(), identifier: identifier.optional() })
  .refine((given) => given.reference !== undefined || given.identifier !== undefined, 'refers to nothing')
const meta = z.strictObject({ lastUpdated: moment })
const leaf = z.strictObject({ url: uri, valueString: text })
const extension = z.strictObject({ url: uri, extension: list(leaf) })
const priority = z.enum(['routine', 'urgent', 'asap', 'stat'])

export const communication = z.strictObject({
  resourceType: z.literal('Communication'),
  id,
  meta: meta.optional(),
  extension: list(extension).optional(),
  identifier: list(identifier).optional(),
  status: z.enum(['preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown']),
  category: list(concept).optional(),
  priority: priority.optional(),
  subject: reference.optional(),
  sent: moment.optional(),
  received: moment.optional(),
  reasonCode: list(concept).optional(),
  payload: list(z.strictObject({ contentString: text })).optional(),
})

const taskStatuses = [
  ...(['draft', 'requested', 'received', 'accepted', 'rejected', 'ready', 'cancelled', 'in-progress', 'on-hold', 'failed'] as const),
  ...(['completed', 'entered-in-error'] as const),
] as const

export const task = z.strictObject({
  resourceType: z.literal('Task'),
  id,
  meta: meta.optional(),
  identifier: list(identifier).optional(),
  status: z.enum(taskStatuses),
  intent: z.enum(['unknown', 'proposal', 'plan', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option']),
  priority: priority.optional(),
  code: concept.optional(),
  description: text.optional(),
  focus: reference.optional(),
  for: reference.optional(),
  executionPeriod: z.strictObject({ start: moment.optional(), end: moment.optional() }).optional(),
  authoredOn: moment.optional(),
  lastModified: moment.optional(),
  reasonCode: concept.optional(),
  output: list(z.strictObject({ type: concept, valueCodeableConcept: concept })).optional(),
})

export const flag = z.strictObject({
  resourceType: z.literal('Flag'),
  id,
  status: z.enum(['active', 'inactive', 'entered-in-error']),
  category: list(concept).optional(),
  code: concept,
  subject: reference,
})

export const observation = z.strictObject({
  resourceType: z.literal('Observation'),
  id,
  status: z.enum(['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error', 'unknown']),
  category: list(concept).optional(),
  code: concept,
  subject: reference.optional(),
  effectiveDateTime: moment.optional(),
  valueQuantity: z.strictObject({ value: z.number(), unit: text, system: uri, code }).optional(),
  valueDateTime: moment.optional(),
  device: reference.optional(),
})

export const resource = z.discriminatedUnion('resourceType', [communication, task, flag, observation])

export const bundle = z.strictObject({
  resourceType: z.literal('Bundle'),
  type: z.literal('searchset'),
  timestamp: moment,
  link: list(z.strictObject({ relation: text, url: uri })),
  entry: list(
    z.strictObject({ fullUrl: uri, resource, search: z.strictObject({ mode: z.enum(['match', 'include', 'outcome']) }) }),
  ).optional(),
})

/** What this server can do, by FHIR's own statement. */
export const capability = z.looseObject({
  resourceType: z.literal('CapabilityStatement'),
  status: z.literal('active'),
  date: moment,
  kind: z.literal('instance'),
  fhirVersion: z.literal('4.0.1'),
  format: list(code),
  rest: list(z.looseObject({ mode: z.literal('server'), resource: list(z.looseObject({ type: code })) })),
})
