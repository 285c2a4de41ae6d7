/** The shapes of plans as they come in over HTTP. What a plan must promise is looked at elsewhere: `domain/plan-check.ts`. */
import { z } from 'zod'
import { id, needed, span, text } from './schemas.ts'

/** `@1` is whoever is called first, `@all` everybody, `@keyholder`, `@neighbour` and `@grid` who is near, `@duty` who is on duty; any other id is that very contact. */
const place = z
  .string()
  .regex(/^@([1-9]\d?|all|duty|keyholder|neighbour|grid)$/, 'must be a contact, @1 to @99, @all, @keyholder, @neighbour, @grid or @duty')
const recipient = z.strictObject({
  contactId: z.union([id, place]).nullable(),
  label: text(100),
  channel: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  part: z.enum(['responder', 'told']).optional(),
})
const planStep = z.strictObject({ wait: span, tell: z.array(recipient).max(20) })
const atLeastTenSeconds = span.refine((value) => value >= 10_000, 'must be at least 10 seconds')

const plan = z.strictObject({
  id,
  name: needed(100),
  steps: z.array(planStep).max(20),
  repeatEvery: atLeastTenSeconds,
  lease: atLeastTenSeconds,
})
const kinds = ['sos', 'fall', 'vitals', 'silence', 'environment', 'technical'] as const
const holder = { siteId: id.nullable(), residentId: id.nullable() }

export const storedPlan = z.strictObject({ plan, ...holder, kind: z.enum([...kinds, 'any']) })
/** `plan` null: the one in force. `exampleId`: whose contacts stand in the places of a plan for many. */
export const previewRequest = z.strictObject({
  ...{ plan: plan.nullable(), ...holder, kind: z.enum([...kinds, 'any']) },
  exampleId: id.nullable().optional(),
})
