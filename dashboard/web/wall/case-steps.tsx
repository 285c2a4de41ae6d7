/** The plan: whom it tells and when, where it stands now; what to say; and what the call came to. */
import type { Alarm, OpenAlarm, PlanStep, Recipient } from '../../../domain/alarm.ts'
import type { Contact } from '../../../domain/people.ts'
import { dutyWords } from '../shared/i18n/duty.ts'
import { words } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import { listed, recipientText, spanText } from './say.ts'

export function Steps() {
  const t = words.value.case
  const alarm = desk.selected.value?.alarm
  if (!alarm) return null
  return (
    <div class="box steps">
      <h3>
        {t.plan} <span>{alarm.plan.name !== '' && t.planName(words.value.plans[alarm.plan.name] ?? alarm.plan.name)}</span>
      </h3>
      <ol>
        {alarm.plan.steps.map((step, index) => (
          <Step key={`${index} ${step.wait}`} alarm={alarm} step={step} index={index} />
        ))}
      </ol>
      {alarm.state === 'acknowledged' && <p class="dim">{t.planStopped}</p>}
      <p class="say">{sayOf(alarm)}</p>
    </div>
  )
}

function Step({ alarm, step, index }: { alarm: OpenAlarm; step: PlanStep; index: number }) {
  const t = words.value.case
  const current = index === alarm.planStep
  const contacts = desk.card.value?.alarm.id === alarm.id ? (desk.card.value.card?.contacts ?? []) : []
  const state = index < alarm.planStep ? 'past' : current ? 'on' : 'coming'
  return (
    <li class={state} aria-current={current ? 'step' : undefined}>
      <i>{index + 1}</i>
      <span>
        {t.planStep(listed(step.tell.map((recipient) => toldText(recipient, contacts))))} <em class="dim">{whenOf(alarm, index)}</em>
      </span>
    </li>
  )
}

/** Who need not come is marked. */
function toldText(recipient: Recipient, contacts: readonly Contact[]): string {
  const who = recipientText(recipient, contacts)
  return recipient.part === 'told' ? `${who} (${words.value.planning.parts.told})` : who
}

/** When a step comes: only the next one has a moment, later ones a distance. */
function whenOf(alarm: OpenAlarm, index: number): string {
  const t = words.value.case
  const { steps, repeatEvery } = alarm.plan
  if (alarm.state === 'raised' && index === alarm.planStep + 1) return t.planIn(spanText(Math.max(0, alarm.nextStepAt - desk.now.value)))
  if (index > alarm.planStep) return `+${spanText(steps[index]?.wait ?? 0)}`
  return index === steps.length - 1 && index === alarm.planStep ? t.planRepeats(spanText(repeatEvery)) : ''
}

/** What to do or to say first. */
function sayOf({ kind, reason }: Alarm): string {
  if (reason === 'wall-unattended') return dutyWords.value.sayUnmanned
  return kind === 'technical' ? words.value.case.sayTechnical : words.value.case.say
}
