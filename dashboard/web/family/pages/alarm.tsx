/** An alarm: what happened, what the centre is doing, one tap to answer, what the others said, and the telephones. */
import { useEffect } from 'preact/hooks'
import type { FamilyAlarm } from '../../../contracts-family.ts'
import { Done, Sign } from '../icons.tsx'
import { Calls } from '../parts.tsx'
import { type DrawnStep, drawnSteps, waitsFor } from '../say.ts'
import { ageOf, alarmGone, alarms, elder, isLive, isLost, loadAlarm, serverNow, staleAfterMs, whoOf } from '../state.ts'
import { clockTime, dayTime, shortTime } from '../time.ts'
import { words } from '../words/words.ts'
import { Answering } from './answering.tsx'
import { whereOf } from './today.tsx'

export function AlarmPage({ id }: { id: string }) {
  useEffect(() => void loadAlarm(id), [id])
  const kept = alarms.value[id]
  if (!kept) return <Missing id={id} />
  const alarm = kept.value
  return (
    <>
      <Happened alarm={alarm} />
      {alarm.state !== 'resolved' && <Answering alarm={alarm} />}
      <Others alarm={alarm} />
      <Calls of={alarm} urgent={alarm.state !== 'resolved'} />
      <p class="state">
        <i class={isLive.value && ageOf(kept) < staleAfterMs ? '' : 'off'} />
        <span>{(isLive.value ? words.value.alarm.live : words.value.today.updated)(clockTime(alarm.at, whereOf(alarm)))}</span>
      </p>
    </>
  )
}

/** Not read yet, or not hers: the telephones are there all the same. */
function Missing({ id }: { id: string }) {
  const about = elder.value
  return (
    <>
      <p class="card said" role="status">
        {alarmGone.value[id] ? words.value.refusals['not-found'] : isLost.value ? words.value.strip.never : words.value.loading}
      </p>
      {about && <Calls of={about} urgent />}
    </>
  )
}

function Happened({ alarm }: { alarm: FamilyAlarm }) {
  const { alarm: said, reasons, outcomes, room, ago } = words.value
  const where = whereOf(alarm)
  const minutes = Math.max(0, Math.floor((serverNow.value - alarm.raisedAt) / 60_000))
  const isOver = alarm.state === 'resolved'
  const isUrgent = alarm.priority === 1
  const facts = [
    dayTime(alarm.raisedAt, serverNow.value, where),
    alarm.room === '' ? '' : room(alarm.room),
    isOver ? '' : ago(minutes),
    alarm.presses > 1 ? said.presses(alarm.presses) : '',
  ]
  return (
    <section class={isOver ? 'happened over' : isUrgent ? 'happened' : 'happened soon'}>
      <div class="what" role="alert">
        <Sign name={isOver ? 'well' : isUrgent ? 'calling' : 'look'} size={50} />
        <div>
          <h2>{words.value.today.alarm(whoOf(alarm), reasons[alarm.reason])}</h2>
          <p>{said.when(facts.filter((fact) => fact !== ''))}</p>
          {isOver && alarm.outcome && <p>{said.over(outcomes[alarm.outcome])}</p>}
        </div>
      </div>
      <Steps alarm={alarm} />
    </section>
  )
}

/** So many at once leave room for the answer below them, also on a small telephone. */
const stepsShown = () => (innerHeight < 720 ? 2 : 3)

function Steps({ alarm }: { alarm: FamilyAlarm }) {
  const { alarm: said } = words.value
  const steps = drawnSteps(alarm.steps)
  const hidden = steps.length > stepsShown() ? steps.length - stepsShown() + 1 : 0
  const waits = waitsFor(alarm)
  return (
    <>
      {hidden > 0 && (
        <details>
          <summary>{said.before(hidden)}</summary>
          <ol class="steps">
            {steps.slice(0, hidden).map((step) => (
              <Step key={`${step.kind}${step.at}`} step={step} alarm={alarm} />
            ))}
          </ol>
        </details>
      )}
      <ol class="steps" aria-label={said.doing} aria-live="polite">
        {steps.slice(hidden).map((step) => (
          <Step key={`${step.kind}${step.at}`} step={step} alarm={alarm} />
        ))}
        {waits && (
          <li>
            <i class="open" />
            <div>
              <b>{waits === 'centre' ? said.waitingCentre : said.waitingArrival}</b>
              {alarm.coming && <span>{comingText(alarm.coming, alarm)}</span>}
            </div>
          </li>
        )}
      </ol>
    </>
  )
}

function Step({ step: { kind, at, minutes, name, times }, alarm }: { step: DrawnStep; alarm: FamilyAlarm }) {
  const { alarm: said, sentence } = words.value
  const told = [dayTime(at, serverNow.value, whereOf(alarm)), ...(minutes === null ? [] : [said.inMinutes(minutes)])]
  return (
    <li>
      <i>
        <Done />
      </i>
      <div>
        <b>{name === '' ? said.steps[kind] : said.by(name, said.steps[kind])}</b>
        <span>{sentence(times > 1 ? [...told, `× ${times}`] : told)}</span>
      </div>
    </li>
  )
}

function comingText({ who, name, at }: NonNullable<FamilyAlarm['coming']>, alarm: FamilyAlarm): string {
  const { alarm: said } = words.value
  const isMine = alarm.mine?.answer === 'going' && alarm.mine.name === name
  return said.coming(who === 'centre' ? said.centre : isMine ? said.me : name, at === null ? '' : shortTime(at, whereOf(alarm)))
}

function Others({ alarm }: { alarm: FamilyAlarm }) {
  const { alarm: said } = words.value
  const where = whereOf(alarm)
  return (
    <section class="card">
      <h2>{said.others}</h2>
      {alarm.answers.length === 0 && <p class="last dim">{said.othersNone}</p>}
      <ul class="rows wide" aria-live="polite">
        {alarm.answers.map(({ contactId, name, answer, minutes, at, isMine }) => (
          <li key={contactId}>
            <span>{isMine ? said.me : name}</span>
            <span class={answer === 'going' ? 'good' : ''}>
              {said.said(said.answered[answer], minutes)}
              <small>{dayTime(at, serverNow.value, where)}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
