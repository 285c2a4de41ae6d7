/** One step of a plan: after which wait, whom it tells, by which way and as what. */
import type { PlanStep, Recipient } from '../../../domain/alarm.ts'
import type { Contact } from '../../../domain/people.ts'
import { anyWay } from '../../../domain/plans.ts'
import { seconds } from '../../../domain/time.ts'
import { words } from '../shared/i18n/i18n.ts'
import { Choice, type Group } from './plan-choice.tsx'
import {
  addRecipient,
  placeMark,
  removeRecipient,
  removeStep,
  stepUp,
  whomOf,
  withPart,
  withRecipient,
  withWait,
  withWhom,
} from './plan-draft.ts'

type Props = {
  step: PlanStep
  index: number
  steps: readonly PlanStep[]
  contacts: readonly Contact[]
  channels: readonly string[] | null
  isWrong: boolean
  onSteps: (steps: readonly PlanStep[]) => void
}

export function StepFields(props: Props) {
  const { step, index, steps, isWrong, onSteps } = props
  const t = words.value.planning
  const n = index + 1
  return (
    <fieldset class={isWrong ? 'step wrong' : 'step'}>
      <legend>{n === steps.length ? t.lastStep(n) : t.step(n)}</legend>
      <Wait step={step} index={index} onWait={(wait) => onSteps(withWait(steps, index, seconds(wait)))} />
      {step.tell.map((recipient, place) => (
        <RecipientFields
          key={`${place} of ${step.tell.length}`}
          {...props}
          recipient={recipient}
          onChange={(one) => onSteps(withRecipient(steps, [index, place], () => one))}
          onRemove={() => onSteps(removeRecipient(steps, [index, place]))}
        />
      ))}
      <div class="buttons">
        <button type="button" class="button small" onClick={() => onSteps(addRecipient(steps, index))}>
          {t.addRecipient}
        </button>
        {index > 0 && (
          <button type="button" class="button small" aria-label={t.stepUp(n)} onClick={() => onSteps(stepUp(steps, index))}>
            ↑
          </button>
        )}
        {steps.length > 1 && (
          <button type="button" class="button small" onClick={() => onSteps(removeStep(steps, index))}>
            {t.removeStep(n)}
          </button>
        )}
      </div>
    </fieldset>
  )
}

function Wait({ step, index, onWait }: Pick<Props, 'step' | 'index'> & { onWait: (seconds: number) => void }) {
  const t = words.value.planning
  if (index === 0) return <p class="wait">{t.atOnce}</p>
  return (
    <label class="wait">
      {t.wait}
      <input
        inputMode="numeric"
        value={String(Math.round(step.wait / 1_000))}
        onInput={({ currentTarget: { value } }) => /^\d{1,5}$/.test(value) && onWait(Number(value))}
      />
    </label>
  )
}

type RecipientProps = Pick<Props, 'contacts' | 'channels'> & {
  recipient: Recipient
  onChange: (recipient: Recipient) => void
  onRemove: () => void
}

function RecipientFields({ recipient, contacts, channels, onChange, onRemove }: RecipientProps) {
  const t = words.value.planning
  const whom = whomOf(recipient)
  const groups = whomGroups(recipient, contacts, channels)
  const name = groups.flatMap(({ options }) => options).find(({ value }) => value === whom)?.label ?? whom
  return (
    <div class="recipient">
      <Choice isBare label={t.who} groups={groups} value={whom} onValue={(value) => onChange(withWhom(recipient, value))} />
      {recipient.contactId === null ? (
        <span />
      ) : (
        <Choice
          isBare
          label={`${t.way} ${name}`}
          options={waysFor(recipient, channels)}
          value={recipient.channel}
          onValue={(channel) => onChange({ ...recipient, channel })}
        />
      )}
      <Choice
        isBare
        label={`${t.part} ${name}`}
        options={(['responder', 'told'] as const).map((value) => ({ value, label: t.parts[value] }))}
        value={recipient.part ?? 'responder'}
        onValue={(value) => onChange(withPart(recipient, value === 'told' ? 'told' : 'responder'))}
      />
      <button type="button" class="button small" aria-label={t.removeRecipient(name)} onClick={onRemove}>
        ×
      </button>
    </div>
  )
}

const toPersons: ReadonlySet<string> = new Set(['push', 'email', 'sms-aliyun', 'voice-aliyun', 'sms-twilio', 'voice-twilio'])
const labelled = (values: readonly string[]) => values.map((value) => ({ value, label: words.value.planning.channels[value] ?? value }))
/** What stands in the plan stays a choice, also when it is not set up here. */
const offered = (channels: readonly string[] | null, stands: string): string[] => [
  ...new Set([...(channels ?? ['console', 'siren']), stands]),
]

function whomGroups(recipient: Recipient, contacts: readonly Contact[], channels: readonly string[] | null): readonly Group[] {
  const t = words.value.planning
  const stands = recipient.contactId === null ? recipient.channel : 'console'
  const places = offered(channels, stands).filter((name) => name !== anyWay && !toPersons.has(name))
  const hers = [...contacts].sort((a, b) => a.order - b.order)
  const unknown = recipient.contactId !== null && !(recipient.contactId in t.places) && !hers.some(({ id }) => id === recipient.contactId)
  return [
    { label: t.groups.places, options: labelled(places).map(({ value, label }) => ({ value: `${placeMark}${value}`, label })) },
    { label: t.groups.people, options: Object.entries(t.places).map(([value, label]) => ({ value, label })) },
    {
      label: t.groups.hers,
      options: [
        ...hers.map(({ id, name, relation }) => ({ value: id, label: `${words.value.relations[relation]} ${name}` })),
        ...(unknown ? [{ value: recipient.contactId ?? '', label: recipient.contactId ?? '' }] : []),
      ],
    },
  ]
}

const waysFor = ({ channel }: Recipient, channels: readonly string[] | null) =>
  labelled([anyWay, ...offered(channels, channel).filter((name) => toPersons.has(name) || (name === channel && name !== anyWay))])
