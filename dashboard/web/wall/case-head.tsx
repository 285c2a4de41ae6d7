/** The head of the case: the place in the largest type, the person, how to talk with them, and the running time. */
import type { OpenAlarm } from '../../../domain/alarm.ts'
import { type Doer, isSamePerson } from '../../../domain/owner.ts'
import { shelvedUntil } from '../../../domain/shelf.ts'
import { silenceSentence } from '../../../domain/silence-sentence.ts'
import { instant } from '../../../domain/time.ts'
import type { ResidentCard } from '../../../store/store.ts'
import type { Place } from '../../contracts.ts'
import { widthOf } from '../maps/text-width.ts'
import { clockTime, dayTime, shortTime, timer } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { Shape } from '../shared/ui.tsx'
import { Phone } from './case-cards.tsx'
import * as desk from './desk.ts'
import type { OpenWallAlarm } from './picture.ts'
import { addressOf, agoText, detailOf, isMine, listed, siteOf, spanText, whatOf, whereOf } from './say.ts'

const answerWithinMs = 60_000

/** In heights of its letters. Several sites at once, and long names: they take the lines they need, and leave room for what to do. */
const longFrom = 13

export function CaseHead({ wall }: { wall: OpenWallAlarm }) {
  const { alarm, place } = wall
  const detail = detailOf(wall, desk.now.value)
  return (
    <div class="head">
      <div>
        <p class="what">
          <Shape priority={alarm.priority} flash={alarm.state === 'raised' && alarm.priority === 1} />
          {whatOf(alarm)}
          {detail !== '' && <small>{detail}</small>}
        </p>
        <h2 class={widthOf(addressOf(place), 1) > longFrom ? 'address long' : 'address'}>
          {siteOf(place) !== '' && <small>{siteOf(place)}</small>} {addressOf(place)}
        </h2>
        <Who wall={wall} />
        <Why wall={wall} />
      </div>
      <Time alarm={alarm} place={place} />
      <Remarks alarm={alarm} place={place} />
    </div>
  )
}

function Who({ wall: { alarm, place } }: { wall: OpenWallAlarm }) {
  const t = words.value
  const resident = desk.card.value?.alarm.id === alarm.id ? desk.card.value.card?.resident : undefined
  if (place.person === '') return <p class="who">{alarm.residentIds.length > 0 && <b>{t.area(alarm.residentIds.length)}</b>}</p>
  return (
    <p class="who">
      {resident && desk.card.value?.photo && <Face key={resident.id} residentId={resident.id} />}
      <b>{place.person}</b>
      {[resident && sexOf(resident), place.age === null ? '' : t.wall.age(place.age), resident?.livesAlone ? t.wall.alone : '']
        .filter((part) => part)
        .join(' · ')}
      {resident && resident.speech !== '' && <strong class="speech">{resident.speech}</strong>}
      {resident && alarm.state === 'acknowledged' && <Phone number={resident.phone} />}
    </p>
  )
}

/** A picture to know them by, where they agreed to one: out of sight until there is one. Beside the name, so it tells a reader nothing more. */
const Face = ({ residentId }: { residentId: string }) => (
  <img
    class="face"
    src={`/api/residents/${encodeURIComponent(residentId)}/photo`}
    alt=""
    hidden
    onLoad={({ currentTarget }) => currentTarget.removeAttribute('hidden')}
  />
)

/** Why a silence is an alarm, in the numbers it was decided by. */
function Why({ wall: { alarm, place } }: { wall: OpenWallAlarm }) {
  const sex = desk.card.value?.alarm.id === alarm.id ? desk.card.value.card?.resident.sex : undefined
  const now = instant(Math.floor(desk.now.value / 60_000) * 60_000)
  const text = silenceSentence({ alarm, now, sex: sex ?? 'unknown', language: language.value, timeZone: place.timeZone })
  return text === '' ? null : <p class="why">{text}</p>
}

const sexOf = ({ sex }: ResidentCard['resident']) => (sex === 'unknown' ? '' : words.value.wall[sex])

function Time({ alarm, place }: { alarm: OpenAlarm; place: Place }) {
  const t = words.value.case
  const waited = desk.now.value - alarm.raisedAt
  if (alarm.state === 'raised') {
    return (
      <div class="time">
        <b>{timer(waited)}</b>
        {alarm.priority === 1 && <Bar part={waited / answerWithinMs} over={waited > answerWithinMs} />}
        <span>{(alarm.priority === 1 ? t.sinceRaisedUrgent : t.sinceRaised)(raisedText(alarm.raisedAt, place))}</span>
      </div>
    )
  }
  const left = Math.max(0, alarm.leaseUntil - desk.now.value)
  const shelf = shelvedUntil(alarm)
  return (
    <div class="time">
      <b>{timer(waited)}</b>
      {shelf === null && <Bar part={left / alarm.plan.lease} over={false} />}
      <span>{t.takenAfter(alarm.by, spanText(alarm.at - alarm.raisedAt))}</span>
      <span>{shelf === null ? t.lease(spanText(left)) : words.value.hand.shelvedUntil(shortTime(shelf, whereOf(place)))}</span>
    </div>
  )
}

/** To the second while it is fresh, with its day when it is old. */
const raisedText = (at: number, place: Place) =>
  desk.now.value - at < 3_600_000 ? clockTime(at, whereOf(place)) : dayTime(at, desk.now.value, whereOf(place))

/** Drawn as SVG: its width is an attribute, so no style needs allowing. */
function Bar({ part, over }: { part: number; over: boolean }) {
  return (
    <svg class={over ? 'bar over' : 'bar'} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="4" />
      <rect class="fill" width={Math.round(Math.min(1, Math.max(0, part)) * 1000) / 10} height="4" />
    </svg>
  )
}

/** Two people at one alarm must know of each other, most of all whoever had it. */
function takenFromText({ detail, ...alarm }: OpenAlarm): string {
  const from = detail.takenFrom
  if (alarm.state !== 'acknowledged' || typeof from !== 'string') return ''
  return isMine({ by: from, ...(alarm.fromId && { byId: alarm.fromId }) })
    ? words.value.hand.takenFromMe(alarm.by)
    : words.value.hand.takenFrom(from)
}

function handedText({ detail, ...alarm }: OpenAlarm): string {
  const from = detail.handedBy
  if (alarm.state !== 'acknowledged' || typeof from !== 'string') return ''
  return isMine(alarm) ? words.value.hand.handedToMe(from) : words.value.hand.handedBy(from)
}

/** Who else has the card open, and who else wrote something down since it was taken: before two telephone the same person. */
function othersTexts(alarm: OpenAlarm): string[] {
  const t = words.value
  const others = desk.card.value?.alarm.id === alarm.id ? desk.card.value.others : []
  const takenAt = alarm.state === 'acknowledged' ? alarm.at : null
  const acting = alarm.notes.findLast(
    (note) => takenAt !== null && note.at > takenAt && !note.family && note.action !== 'handed-over' && !isOwner(alarm, note),
  )
  const what = acting && (acting.action === 'note' ? acting.text : t.actions[acting.action])
  return [
    others.length > 0 ? t.hand.alsoOpen(listed(others)) : '',
    acting && what !== undefined ? t.hand.alsoActing(acting.by, what, agoText(acting.at, desk.now.value)) : '',
  ]
}

const isOwner = (alarm: OpenAlarm, who: Doer): boolean => alarm.state === 'acknowledged' && isSamePerson(alarm, who)

/** What must not be overlooked: pressed again, asked to cancel, gone away, unreadable, late. */
function Remarks({ alarm, place }: { alarm: OpenAlarm; place: Place }) {
  const t = words.value.case
  const at = (moment: number) => clockTime(moment, whereOf(place))
  const [first, last] = [alarm.causes[0], alarm.causes.at(-1)]
  const late = first?.claimedAt && first.receivedAt - first.claimedAt > 60_000 ? first.claimedAt : null
  const age = Number(alarm.detail.ageSeconds ?? 0)
  const remarks = [
    takenFromText(alarm),
    handedText(alarm),
    ...othersTexts(alarm),
    alarm.presses > 1 && last ? t.presses(alarm.presses, at(last.receivedAt)) : '',
    alarm.cancelAskedAt ? t.cancelAsked(at(alarm.cancelAskedAt)) : '',
    alarm.clearedAt ? t.cleared(at(alarm.clearedAt)) : '',
    first?.unreadable ? t.unreadable : '',
    alarm.detail.retired ? t.retired : '',
    late ? t.late(at(late)) : '',
    !late && age > 60 ? t.stored(spanText(age * 1000)) : '',
  ].filter((remark) => remark !== '')
  if (remarks.length === 0) return null
  return (
    <ul class="remarks">
      {remarks.map((remark) => (
        <li key={remark}>{remark}</li>
      ))}
    </ul>
  )
}
