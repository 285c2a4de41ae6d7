/** The lists of the case: whom to call, who was told and whether it arrived, what was done, what happened before. */
import type { Note, OpenAlarm } from '../../../domain/alarm.ts'
import type { Contact } from '../../../domain/people.ts'
import type { ResidentCard, StoredNotice } from '../../../store/store.ts'
import type { AlarmCard } from '../../contracts.ts'
import { dayTime, shortTime } from '../shared/format.ts'
import { words } from '../shared/i18n/i18n.ts'
import { Phone } from './case-cards.tsx'
import * as desk from './desk.ts'
import { earlierOf } from './earlier.ts'
import { familySays } from './family-says.ts'
import { listed, recipientText, spanText, whatOf, whereOf } from './say.ts'

const contactsShown = 4

export function Contacts({ card }: { card: ResidentCard }) {
  const t = words.value
  const { resident } = card
  const contacts = [...card.contacts].sort((a, b) => a.order - b.order).slice(0, contactsShown)
  return (
    <div class="box">
      <h3>{t.case.contacts}</h3>
      <ul class="contacts">
        {resident.phone !== '' && (
          <li>
            <b>{resident.name}</b>
            <span>{t.case.homePhone}</span>
            <Phone number={resident.phone} />
          </li>
        )}
        {contacts.map(({ id, name, relation, phone, hasKey }) => (
          <li key={id}>
            <b>{name}</b>
            <span>
              {t.relations[relation]}
              {hasKey && ` · ${t.case.hasKey}`}
            </span>
            <Phone number={phone} />
          </li>
        ))}
        {contacts.length === 0 && <li class="dim">{t.case.contactsNone}</li>}
      </ul>
    </div>
  )
}

const noticesShown = 3

export function Notices({ card: { notices, place, card } }: { card: AlarmCard }) {
  const t = words.value.case
  return (
    <div class="box">
      <h3>{t.notices}</h3>
      {notices.length === 0 && <p class="dim">{t.noticesNone}</p>}
      <Next contacts={card?.contacts ?? []} />
      <ul class="times told">
        {newest(notices).map(({ id, dueAt, recipient, state }) => (
          <li key={id}>
            <time>{shortTime(dueAt, whereOf(place))}</time>
            <span>{recipientText(recipient, card?.contacts ?? [])}</span>
            <em class={`notice ${state}`}>{t.noticeStates[state]}</em>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Whom the plan tells next while nobody takes it. */
function Next({ contacts }: { contacts: readonly Contact[] }) {
  const alarm = desk.selected.value?.alarm
  if (alarm?.state === 'acknowledged') return <p class="dim">{words.value.case.planStopped}</p>
  const step = alarm && nextStep(alarm)
  if (!alarm || !step) return null
  const labels = listed(step.tell.map((recipient) => recipientText(recipient, contacts)))
  return <p class="dim">{words.value.response.stillToTell(labels, spanText(Math.max(0, alarm.nextStepAt - desk.now.value)))}</p>
}

/** The last step repeats for ever. */
const nextStep = ({ plan, planStep }: Extract<OpenAlarm, { state: 'raised' }>) => plan.steps[Math.min(planStep + 1, plan.steps.length - 1)]

const newest = (notices: readonly StoredNotice[]) => [...notices].sort((a, b) => b.dueAt - a.dueAt).slice(0, noticesShown)

const earlierShown = 2

export function Earlier({ card: { earlier, place, alarm } }: { card: AlarmCard }) {
  const t = words.value
  const before = earlierOf(earlier, alarm).slice(0, earlierShown)
  return (
    <div class="box">
      <h3>{t.case.earlier}</h3>
      {before.length === 0 && <p class="dim">{t.case.earlierNone}</p>}
      <ul class="times wide">
        {before.map((past) => (
          <li key={past.id}>
            <time>{dayTime(past.raisedAt, desk.now.value, whereOf(place))}</time>
            <span>{whatOf(past)}</span>
            <em class="dim">{t.outcomes[past.outcome]}</em>
          </li>
        ))}
      </ul>
    </div>
  )
}

const notesShown = 6

/** What was done so far, newest first, from the live alarm itself. */
export function Log() {
  const t = words.value
  const wall = desk.selected.value
  if (!wall) return null
  const notes = [...wall.alarm.notes].reverse().slice(0, notesShown)
  return (
    <div class="box log">
      <h3>{t.case.log}</h3>
      {notes.length === 0 && <p class="dim">{t.case.logNone}</p>}
      <ul class="times">
        {notes.map((note) => (
          <li key={`${note.at} ${note.action} ${note.by} ${note.text}`}>
            <time>{shortTime(note.at, whereOf(wall.place))}</time>
            <span>
              {saidOf(note)} <em class="dim">{note.by}</em>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What somebody did, or what a relative says she does. */
function saidOf({ action, text, result, family, coming }: Note): string {
  const t = words.value
  if (result) return t.response.results[result]
  if (family) return familySays(family, coming?.minutes)
  if (action === 'note') return text
  const who = [coming?.who ?? '', coming?.minutes === undefined ? '' : t.minutes(coming.minutes)].filter((part) => part !== '').join(' · ')
  return [t.actions[action], who, text].filter((part) => part !== '').join('：')
}
