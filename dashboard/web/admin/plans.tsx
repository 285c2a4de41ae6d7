/** Who is told when, as a supervisor writes it: the list of plans, and the one that is open. */
import '../style/plans.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { builtInPlan } from '../../../domain/plans.ts'
import type { DirectoryRows, StoredPlan } from '../../../store/store.ts'
import { api } from '../shared/api.ts'
import { localNow } from '../shared/clock.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { TableHead } from '../shared/table-head.tsx'
import { copyOf, type Opened } from './plan-draft.ts'
import { PlanEditor } from './plan-editor.tsx'

const builtIns: readonly StoredPlan[] = [
  { plan: builtInPlan('sos'), siteId: null, residentId: null, kind: 'any' },
  { plan: builtInPlan('technical'), siteId: null, residentId: null, kind: 'technical' },
]

export function PlansPage({ rows }: { rows: DirectoryRows }) {
  const t = words.value.planning
  const plans = useSignal<readonly StoredPlan[]>([])
  const opened = useSignal<Opened | null>(null)
  const said = useSignal('')
  useEffect(() => void fetchPlans(plans, said), [plans, said])
  const done = (sentence: string) => {
    opened.value = null
    void fetchPlans(plans, said).then(() => {
      said.value = sentence
    })
  }
  const { value: open } = opened
  return (
    <>
      <div class="tools">
        <h2>{t.title}</h2>
        <button type="button" class="button" onClick={() => start(opened, rows, builtIns[0])}>
          {t.add}
        </button>
      </div>
      <p class="dim">{t.lead}</p>
      <p role="status" class="said">
        {said.value}
      </p>
      <PlanTable rows={rows} plans={plans.value} opened={opened} />
      {open && <PlanEditor key={open.stored.plan.id} opened={open} rows={rows} onDone={done} />}
    </>
  )
}

async function fetchPlans(plans: Signal<readonly StoredPlan[]>, said: Signal<string>): Promise<void> {
  const answer = await api.plans()
  if (answer.ok) plans.value = answer.value
  else said.value = refusalText(answer.refused)
}

/** A supervisor's new plan is for the first of the sites; only an administrator writes one for everybody. */
function start(opened: Signal<Opened | null>, rows: DirectoryRows, from = builtIns[0]): void {
  if (!from) return
  const id = `plan-${Math.floor(localNow()).toString(36)}`
  const siteId = me.value?.role === 'admin' ? null : (rows.sites[0]?.id ?? null)
  // Not for every alarm unless somebody says so: a weak battery would call the family.
  const kind = from.kind === 'any' ? 'sos' : from.kind
  const stored: StoredPlan = { ...from, kind, residentId: null, siteId, plan: copyOf(from.plan, { id, name: words.value.planning.title }) }
  opened.value = { stored, isNew: true }
}

type TableProps = { rows: DirectoryRows; plans: readonly StoredPlan[]; opened: Signal<Opened | null> }

function PlanTable({ rows, plans, opened }: TableProps) {
  const t = words.value.planning
  return (
    <table class="plans">
      <TableHead columns={[t.name, t.forWhom, t.kind]} acts={t.edit} />
      <tbody>
        {plans.map((stored) => (
          <PlanRow key={stored.plan.id} stored={stored} rows={rows} label={t.edit} onOpen={() => open(opened, stored)} />
        ))}
        {builtIns.map((stored) => (
          <PlanRow key={stored.plan.id} stored={stored} rows={rows} label={t.copy} onOpen={() => start(opened, rows, stored)} />
        ))}
      </tbody>
    </table>
  )
}

function open(opened: Signal<Opened | null>, stored: StoredPlan): void {
  opened.value = { stored, isNew: false }
}

function PlanRow({ stored, rows, label, onOpen }: { stored: StoredPlan; rows: DirectoryRows; label: string; onOpen: () => void }) {
  const t = words.value.planning
  const isBuiltIn = builtIns.some(({ plan }) => plan.id === stored.plan.id)
  const name = isBuiltIn ? (words.value.plans[stored.plan.name] ?? stored.plan.name) : stored.plan.name
  return (
    <tr>
      <td>
        {name} {isBuiltIn && <small>{t.builtIn}</small>}
      </td>
      <td>{holderText(stored, rows)}</td>
      <td>{t.kinds[stored.kind]}</td>
      <td>
        <button type="button" class="button small" aria-label={`${label} ${name}`} onClick={onOpen}>
          {label}
        </button>
      </td>
    </tr>
  )
}

function holderText({ siteId, residentId }: StoredPlan, { sites, residents }: DirectoryRows): string {
  if (residentId !== null) return residents.find(({ id }) => id === residentId)?.name ?? residentId
  if (siteId !== null) return sites.find(({ id }) => id === siteId)?.name ?? siteId
  return words.value.planning.everybody
}
