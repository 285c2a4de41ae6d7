/** The lists of the case: whom to call, who was told and whether it arrived, what was done, what happened before. */
import type { Note, OpenAlarm } from '../../../domain/alarm.ts'
import type { Contact } from '../../../domain/people.ts'
import type { ResidentCard, StoredNotice } from '../../../store/store.ts'
import type { AlarmCard, ContactReach } from '../../contracts.ts'
import { dayTime, shortTime } from '../shared/format.ts'
import { words } from '../shared/i18n/i18n.ts'
import { inCallOrder } from './call-order.ts'
import { Phone } from './case-cards.tsx'
import * as desk from './desk.ts'
import { earlierOf } from './earlier.ts'
import { familySays } from './family-says.ts'
import { listed, reachText, recipientText, spanText, whatOf, whereOf } from './say.ts'

const contactsShown = 4
/** So many have their place on the smallest wall; with more, the way to all of them stands above. */
const contactsSeen = 2

type ContactsProps = { card: ResidentCard; reach?: readonly ContactReach[]; withSelf?: boolean }

/** Whom to call; whoever cannot be reached now says from when. In a case her own number is left to the head, once it is taken. */
export function Contacts({ card, reach = [], withSelf = false }: ContactsProps) {
  const t = words.value
  const { resident } = card
  const reachOf = (id: string) => reach.find((one) => one.id === id)
  const contacts = inCallOrder(card.contacts, reach)
  return (
    <div class="box people">
      <h3>
        {t.case.contacts}
        {!withSelf && contacts.length > contactsSeen && (
          <button type="button" class="link" onClick={() => desk.openResident(resident.id)}>
            {t.case.contactsAll(contacts.length)}
          </button>
        )}
      </h3>
      <ul class="contacts">
        {withSelf && resident.phone !== '' && (
          <li>
            <b>{resident.name}</b>
            <span>{t.case.homePhone}</span>
            <em />
            <Phone number={resident.phone} />
          </li>
        )}
        {(withSelf ? contacts : contacts.slice(0, contactsShown)).map((contact) => (
          <Called key={contact.id} contact={contact} reach={reachOf(contact.id)} timeZone={card.site.timeZone} />
        ))}
        {contacts.length === 0 && <li class="dim">{t.case.contactsNone}</li>}
      </ul>
    </div>
  )
}

type CalledProps = { contact: Contact; reach: ContactReach | undefined; timeZone: string }

function Called({ contact: { name, relation, phone, hasKey, hours = '' }, reach, timeZone }: CalledProps) {
  const t = words.value
  return (
    <li class={reach?.state ?? ''}>
      <b>{name}</b>
      <span>
        {t.relations[relation]}
        {hasKey && relation !== 'keyholder' && reach?.state !== 'later' && ` · ${t.case.hasKey}`}
      </span>
      <em title={hours}>{reach ? reachText(reach, whereOf({ timeZone })) : hours}</em>
      <Phone number={phone} missing={t.case.noNumber} />
    </li>
  )
}

/** Whom the plan tells next while nobody takes it. */
function Next({ contacts }: { contacts: readonly Contact[] }) {
  const alarm = desk.selected.value?.alarm
  if (alarm?.state !== 'raised') return null
  const step = nextStep(alarm)
  if (!step) return null
  const labels = listed(step.tell.map((recipient) => recipientText(recipient, contacts)))
  return <span>{words.value.response.stillToTell(labels, spanText(Math.max(0, alarm.nextStepAt - desk.now.value)))}</span>
}

/** The last step repeats for ever. */
const nextStep = ({ plan, planStep }: Extract<OpenAlarm, { state: 'raised' }>) => plan.steps[Math.min(planStep + 1, plan.steps.length - 1)]

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

const linesShown = 10

/** What was done and who was told, newest first: notes from the live alarm itself, notices from the card. */
export function Log({ card: { notices, card } }: { card: AlarmCard }) {
  const wall = desk.selected.value
  if (!wall) return null
  const { notes } = wall.alarm
  const contacts = card?.contacts ?? []
  const lines = [...notes.map((note) => ({ at: note.at, note })), ...notices.map((notice) => ({ at: notice.dueAt, notice }))]
  return (
    <div class="box log">
      <h3>
        {words.value.case.log} <Next contacts={contacts} />
      </h3>
      {lines.length === 0 && <p class="dim">{words.value.case.logNone}</p>}
      <ul class="times told">
        {lines
          .sort((a, b) => b.at - a.at)
          .slice(0, linesShown)
          .map((line) => (
            <li key={'note' in line ? `${line.at} ${line.note.action} ${line.note.by} ${line.note.text}` : line.notice.id}>
              <time>{shortTime(line.at, whereOf(wall.place))}</time>
              {'note' in line ? <Noted note={line.note} /> : <Told notice={line.notice} contacts={contacts} />}
            </li>
          ))}
      </ul>
    </div>
  )
}

const Noted = ({ note }: { note: Note }) => (
  <>
    <span>{saidOf(note)}</span>
    <em class="dim">{note.by}</em>
  </>
)

const Told = ({ notice: { recipient, state }, contacts }: { notice: StoredNotice; contacts: readonly Contact[] }) => (
  <>
    <span>{words.value.case.told(recipientText(recipient, contacts))}</span>
    <em class={`notice ${state}`}>{words.value.case.noticeStates[state]}</em>
  </>
)

/** What somebody did, or what a relative says she does. */
function saidOf({ action, text, result, family, coming }: Note): string {
  const t = words.value
  if (result) return t.response.results[result]
  if (family) return familySays(family, coming?.minutes)
  if (action === 'note') return text
  const who = [coming?.who ?? '', coming?.minutes === undefined ? '' : t.minutes(coming.minutes)].filter((part) => part !== '').join(' · ')
  return [t.actions[action], who, text].filter((part) => part !== '').join(t.colon)
}
