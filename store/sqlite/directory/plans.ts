/** Which plan holds for whom: the resident's own, else the site's, else the one for everybody, else the built-in one. */
import type { AlarmKind, Plan } from '../../../domain/alarm.ts'
import type { Contact } from '../../../domain/people.ts'
import { builtInPlan, planWithContacts } from '../../../domain/plans.ts'
import type { AuditLine, Directory, StoredPlan } from '../../store.ts'
import type { Database } from '../database.ts'
import type { Tables } from './tables.ts'

/** Runs `work` in the writer's transaction, with the line for the record, and counts it as a change of the directory. */
export type Change = <T>(work: () => T, line: AuditLine | undefined) => Promise<T>

type Needs = { database: Database; change: Change; contactsOf: (residentId: string) => readonly Contact[]; version: () => number }

export function openPlans({
  database,
  change,
  contactsOf,
  version,
}: Needs): Pick<Directory, 'planFor' | 'plans' | 'putPlan' | 'removePlan'> {
  const all = database.reader.prepare('select * from plans order by id')
  const put = preparePut(database)
  const remove = database.connection.prepare('delete from plans where id = ?')
  let cached = { version: 0, plans: [] as readonly StoredPlan[] }
  const plans = () => {
    if (cached.version !== version()) cached = { version: version(), plans: (all.all() as Tables['plans'][]).map(planOfRow) }
    return cached.plans
  }
  return {
    plans: async () => plans(),
    putPlan: (plan, line) => change(() => put(plan), line),
    removePlan: (id, line) => change(() => remove.run(id).changes > 0, line),
    planFor: async (subjectId, siteId, kind) => planWithContacts(choose(plans(), { subjectId, siteId, kind }), contactsOf(subjectId)),
  }
}

const planOfRow = (row: Tables['plans']): StoredPlan => ({
  plan: JSON.parse(row.plan),
  siteId: row.site_id,
  residentId: row.resident_id,
  kind: row.kind as StoredPlan['kind'],
})

type Subject = { subjectId: string; siteId: string; kind: AlarmKind }

/** The closest plan wins; at the same closeness, one for this very kind before one for any. */
function choose(plans: readonly StoredPlan[], { subjectId, siteId, kind }: Subject): Plan {
  const closeness = (stored: StoredPlan): number => {
    const fits = stored.kind === kind || stored.kind === 'any'
    const exact = stored.kind === kind ? 1 : 0
    if (!fits) return 0
    if (stored.residentId !== null) return stored.residentId === subjectId ? 6 + exact : 0
    if (stored.siteId !== null) return stored.siteId === siteId ? 4 + exact : 0
    return 2 + exact
  }
  let best: { plan: Plan; closeness: number } = { plan: builtInPlan(kind), closeness: 0 }
  for (const stored of plans) {
    if (closeness(stored) > best.closeness) best = { plan: stored.plan, closeness: closeness(stored) }
  }
  return best.plan
}

/** Replaces the plan of the same id, and whichever held for the same people and kind. */
function preparePut({ connection }: Database): (stored: StoredPlan) => void {
  const site = connection.prepare('select 1 from sites where id = ?')
  const resident = connection.prepare('select 1 from residents where id = ?')
  const replace = connection.prepare('delete from plans where id = ? or (site_id is ? and resident_id is ? and kind = ?)')
  const add = connection.prepare('insert into plans (id, site_id, resident_id, kind, plan) values (?, ?, ?, ?, ?)')
  return ({ plan, siteId, residentId, kind }) => {
    if (plan.steps.length === 0) throw new RangeError(`Plan ${plan.id} has no steps: it would tell nobody.`)
    if (siteId !== null && !site.get(siteId)) throw new RangeError(`Site ${siteId} of plan ${plan.id} does not exist.`)
    if (residentId !== null && !resident.get(residentId)) throw new RangeError(`Resident ${residentId} of plan ${plan.id} does not exist.`)
    replace.run(plan.id, siteId, residentId, kind)
    add.run(plan.id, siteId, residentId, kind, JSON.stringify(plan))
  }
}
