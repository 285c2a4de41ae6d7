/** What to do now, step by step, with what to say and how long there is; the branch follows what the call came to. */
import type { Alarm, OpenAlarm } from '../../../domain/alarm.ts'
import { callResultOf, type ResponseStep, responseOf, type StepId } from '../../../domain/response.ts'
import type { ResidentCard } from '../../../store/store.ts'
import type { AlarmCard, NearPerson } from '../../contracts.ts'
import { shortTime, timer } from '../shared/format.ts'
import { dutyWords } from '../shared/i18n/duty.ts'
import { words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { inCallOrder } from './call-order.ts'
import * as desk from './desk.ts'
import { listed, whereOf, wholeAddressOf } from './say.ts'

export function Steps({ card }: { card: AlarmCard }) {
  const t = words.value
  const alarm = desk.selected.value?.alarm
  if (!alarm) return null
  const steps = responseOf(alarm)
  const result = callResultOf(alarm)?.result
  const now = steps.find(({ state }) => state === 'now')
  return (
    <div class="box steps">
      <h3>
        {t.case.plan} <Behind steps={steps.filter(({ state }) => state === 'done')} alarm={alarm} card={card} />
      </h3>
      {now && (
        <p class="say">
          {sayAt(now.id, alarm, card)}
          {now.id === 'ambulance' && <small>{to120(card)}</small>}
        </p>
      )}
      <ol start={steps.filter(({ state }) => state === 'done').length + 1}>
        {steps.map((step, index) => step.state !== 'done' && <Step key={step.id} step={step} index={index} card={card} />)}
      </ol>
      {result === undefined && alarm.kind !== 'technical' && <p class="dim">{t.case.doubt}</p>}
    </div>
  )
}

type BehindProps = { steps: readonly ResponseStep[]; alarm: OpenAlarm; card: AlarmCard }
const behindShown = 3

/** By which plan; later what is behind us, the newest of it, since what lies ahead needs the room. */
function Behind({ steps, alarm: { plan }, card }: BehindProps) {
  const t = words.value
  if (steps.length === 0) return <span>{plan.name !== '' && t.case.planName(t.plans[plan.name] ?? plan.name)}</span>
  return (
    <span class="done-steps">
      {steps.slice(-behindShown).map(({ id, doneAt }) => (
        <span key={id}>
          ✓ {t.response.did[id]} {doneAt !== null && shortTime(doneAt, whereOf(card.place))}
        </span>
      ))}
    </span>
  )
}

function Step({ step: { id, state, dueAt }, index, card }: { step: ResponseStep; index: number; card: AlarmCard }) {
  const t = words.value.response
  const left = dueAt === null ? null : dueAt - desk.now.value
  const late = left !== null && left <= 0
  return (
    <li class={`${state === 'now' ? 'on' : 'coming'}${late ? ' late' : ''}`} aria-current={state === 'now' ? 'step' : undefined}>
      <i>{index + 1}</i>
      <span>{t.steps[id](whoFor(id, card))}</span>
      <em>{left !== null && (late ? t.over(timer(-left)) : t.left(timer(left)))}</em>
    </li>
  )
}

function whoFor(id: StepId, { near, card, reach }: AlarmCard): string {
  if (id === 'send') return near[0] ? nearText(near[0]) : ''
  const relative = inCallOrder(card?.contacts ?? [], reach).find(({ relation }) => relation === 'relative')
  return id === 'family' && relative ? `${relative.name} ${relative.phone}`.trim() : ''
}

export function nearText({ name, relation, hasKey, minutes }: NearPerson): string {
  const t = words.value
  const facts = [
    t.relations[relation],
    hasKey && relation !== 'keyholder' ? t.case.hasKey : '',
    minutes === null ? '' : t.response.sendMinutes(minutes),
  ]
  return t.aside(name, facts.filter((fact) => fact !== '').join(' · '))
}

const burning: ReadonlySet<Alarm['reason']> = new Set(['smoke', 'gas', 'carbon-monoxide'])

/** What to say at this step, to her by the name one calls her. */
function sayAt(step: StepId, alarm: OpenAlarm, { card }: AlarmCard): string {
  const t = words.value.response
  if (alarm.reason === 'wall-unattended') return dutyWords.value.sayUnmanned
  if (alarm.kind === 'technical') return t.say.device()
  const her = herName(card)
  const mine = me.value?.displayName ?? ''
  if (step === 'take' || step === 'call') return burning.has(alarm.reason) ? t.say.fire(her) : t.say.call(her, mine)
  if (step === 'family') return t.say.family(her, mine)
  const result = callResultOf(alarm)?.result
  if (result === 'no-answer') return t.say.silent()
  if (result === 'hurt') return step === 'ambulance' || step === 'send' ? t.say.ambulance(her) : t.say.stay(her)
  return t.say.calm(her)
}

/** What the ambulance must hear, in one breath. */
function to120({ card, place }: AlarmCard): string {
  const t = words.value
  const where = card?.home.address || wholeAddressOf(place)
  const sex = card && card.resident.sex !== 'unknown' ? t.wall[card.resident.sex] : ''
  const who = [place.person, sex, place.age === null ? '' : t.wall.age(place.age)].filter((part) => part !== '').join(' ')
  return t.response.to120(where, who, listed(card?.resident.medical.slice(0, 3) ?? []))
}

const herName = (card: ResidentCard | null): string => words.value.response.her(card?.resident.name ?? '', card?.resident.sex ?? 'unknown')
