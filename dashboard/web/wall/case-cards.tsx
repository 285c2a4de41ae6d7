/** The three cards of the first seconds: how to get in, what could be wrong, what happened just before. */
import type { Resident } from '../../../domain/people.ts'
import type { ResidentCard } from '../../../store/store.ts'
import type { AlarmCard, ContactReach } from '../../contracts.ts'
import { dayTime, shortTime } from '../shared/format.ts'
import { words } from '../shared/i18n/i18n.ts'
import { inCallOrder } from './call-order.ts'
import * as desk from './desk.ts'
import { earlierOf } from './earlier.ts'
import { HistoryButton } from './history-choice.tsx'
import { agoText, labelText, reachText, whatOf, whereOf } from './say.ts'
import { ModeChoice } from './silence/mode.tsx'

/** `missing`: said where there is none. */
export const Phone = ({ number, missing = '' }: { number: string; missing?: string }) =>
  number === '' ? (
    missing && <span class="phone dim">{missing}</span>
  ) : (
    <a class="phone" href={`tel:${number}`}>
      {number}
    </a>
  )

type EntryProps = { card: ResidentCard; taken: boolean; reach?: readonly ContactReach[] }

/** `taken`: somebody is on the way, so the code of the door is shown where there is one. */
export function Entry({ card: { home, contacts, site }, taken, reach = [] }: EntryProps) {
  const t = words.value.case
  const later = new Map(reach.flatMap((one) => (one.state === 'later' ? [[one.id, one]] : [])))
  const keyholders = inCallOrder(contacts, reach).filter(({ hasKey }) => hasKey)
  return (
    <div class="box entry">
      <h3>{t.entry}</h3>
      {keyholders.length === 0 && <p class="dim">{t.noKeyholder}</p>}
      {keyholders.slice(0, 2).map((contact) => (
        <p key={contact.id}>
          <b>{contact.name}</b> {!later.has(contact.id) && words.value.relations[contact.relation]}{' '}
          <Phone number={contact.phone} missing={t.noNumber} /> <LaterText reach={later.get(contact.id)} timeZone={site.timeZone} />
        </p>
      ))}
      {home.entry !== '' && <p>{home.entry}</p>}
      {home.doorCode !== '' ? (
        <p>
          {t.doorCode} <b class="code">{home.doorCode}</b>
        </p>
      ) : (
        !taken && <p class="dim">{`${t.doorCode}${words.value.colon}${t.doorCodeLater}`}</p>
      )}
      {home.address !== '' && <p class="dim">{home.address}</p>}
    </div>
  )
}

const LaterText = ({ reach, timeZone }: { reach: ContactReach | undefined; timeZone: string }) =>
  reach ? <em class="later">{reachText(reach, whereOf({ timeZone }), words.value.case.reachFromBriefly)}</em> : null

const highlighted = 2

export function Medical({ resident }: { resident: Resident }) {
  const t = words.value.case
  const [risks, rest] = [resident.medical.slice(0, highlighted), resident.medical.slice(highlighted, highlighted + 4)]
  return (
    <div class="box medical">
      <h3>{t.medical}</h3>
      {resident.medical.length === 0 && <p class="dim">{t.medicalNone}</p>}
      {risks.map((risk) => (
        <p key={risk}>
          <mark>{risk}</mark>
        </p>
      ))}
      {rest.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  )
}

const readingsShown = 3
const newest = (recent: AlarmCard['recent']) => [...recent].sort((a, b) => b.at - a.at).slice(0, readingsShown)

export function Just({ card: { alarm, card, lastActiveAt, lastActiveRoom, recent, earlier, place } }: { card: AlarmCard }) {
  const t = words.value
  const past = earlierOf(earlier, alarm)
  const mistaken = past.filter(({ outcome }) => outcome === 'false-press')
  const before = past[0]
  return (
    <div class="box just">
      <h3>
        {t.case.recent} {card && <ModeChoice resident={card.resident} timeZone={place.timeZone} />} <HistoryButton />
      </h3>
      <p>
        <b>{lastActiveAt ? t.case.lastActive(agoText(lastActiveAt, desk.now.value), lastActiveRoom) : t.case.lastActiveNone}</b>
      </p>
      {recent.length === 0 && lastActiveAt !== null && <p class="dim">{t.case.recentNone}</p>}
      <ul class="times">
        {newest(recent).map(({ at, kind, value, room, deviceId }) => (
          <li key={`${at} ${kind} ${deviceId}`}>
            <time>{shortTime(at, whereOf(place))}</time>
            <span>
              {room} {t.readings[kind](value)}
            </span>
          </li>
        ))}
        {before && (
          <li class="earlier">
            <time>{dayTime(before.raisedAt, desk.now.value, whereOf(place))}</time>
            <span>
              {whatOf(before)} <em class="dim">{t.outcomes[before.outcome]}</em>
            </span>
          </li>
        )}
      </ul>
      {mistaken[0] && (
        <p class="dim">{t.response.falsePresses(mistaken.length, dayTime(mistaken[0].raisedAt, desk.now.value, whereOf(place)))}</p>
      )}
    </div>
  )
}

const homesShown = 8

export function HomesOfArea({ homes }: { homes: AlarmCard['homes'] }) {
  return (
    <div class="box area">
      <h3>
        {words.value.case.homes} <span>{words.value.area(homes.length)}</span>
      </h3>
      <ul class="contacts">
        {homes.slice(0, homesShown * 2).map(({ residentId, label, person, phone }) => (
          <li key={residentId}>
            <b>{labelText(label)}</b>
            <span>{person}</span>
            <Phone number={phone} />
          </li>
        ))}
      </ul>
    </div>
  )
}
