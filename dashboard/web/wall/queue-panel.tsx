/** The queue: every open alarm as a card, most urgent first. */
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { lateSteps } from '../../../domain/response.ts'
import { shelvedUntil } from '../../../domain/shelf.ts'
import { afterPaint } from '../shared/clock.ts'
import { clockTime, shortTime, timer } from '../shared/format.ts'
import { words } from '../shared/i18n/i18n.ts'
import { Kbd, Shape } from '../shared/ui.tsx'
import * as desk from './desk.ts'
import { belowGlass, bringOnGlass, isOnGlass, onGlass, watchGlass } from './glass.ts'
import { tellPainted } from './live.ts'
import type { OpenWallAlarm } from './picture.ts'
import { ageOf, alarmOfRow, densityOf, type Row } from './queue.ts'
import { addressOf, detailOf, listed, number, personOf, siteOf, whatOf, whereOf, whereSite, wholeAddressOf } from './say.ts'

export function QueuePanel() {
  const t = words.value.wall
  const rows = desk.rows.value
  const list = useRef<HTMLOListElement>(null)
  const below = useSignal(0)
  const count = () => {
    below.value = belowGlass([...(list.current?.children ?? [])].flatMap((item) => item.firstElementChild ?? []))
  }
  useLayoutEffect(() => onGlass(count), [])
  useLayoutEffect(count, [rows])
  return (
    <section class="panel queue" aria-label={t.queue}>
      <div class="panel-head">
        <h2>{t.queue}</h2>
        <span>{t.queueOrder}</span>
        <span class="right">{t.openCount(desk.queue.value.length)}</span>
      </div>
      {desk.stale.value && <p class="as-of">{t.asOf(clockTime(desk.link.value.lastBeatAt, whereSite()))}</p>}
      <ol ref={list} class={`cards ${densityOf(rows.length)}`}>
        {rows.map((row, index) => (
          <li key={row.key}>{row.type === 'alarm' ? <Card wall={row.wall} index={index} /> : <Group row={row} index={index} />}</li>
        ))}
      </ol>
      <Shelf />
      {below.value > 0 && <p class="below">{t.more(below.value)}</p>}
    </section>
  )
}

/** What was put off is counted for everybody to see. */
function Shelf() {
  const shelved = desk.queue.value.flatMap(({ alarm, place }) => {
    const until = shelvedUntil(alarm)
    return until === null ? [] : [{ until, place }]
  })
  const first = shelved.sort((a, b) => a.until - b.until)[0]
  const { resolved } = desk.today.value
  return (
    <p class="shelf">
      <span>
        {first
          ? words.value.hand.shelvedSum(shelved.length, shortTime(first.until, whereOf(first.place)))
          : words.value.response.shelvedNone}
      </span>
      <span>{words.value.response.closedToday(number(resolved))}</span>
    </p>
  )
}

function classesOf({ alarm }: OpenWallAlarm): string {
  const raised = alarm.state === 'raised'
  return [
    'alarm',
    `p${alarm.priority}`,
    raised ? `raised age${ageOf(alarm, desk.now.value)}` : 'taken',
    desk.selectedId.value === alarm.id ? 'selected' : '',
    desk.pressedAgain.value.has(alarm.id) ? 'again' : '',
  ].join(' ')
}

function Card({ wall, index }: { wall: OpenWallAlarm; index: number }) {
  const { alarm } = wall
  const box = useRef<HTMLButtonElement>(null)
  const chosen = desk.selectedId.value === alarm.id
  usePaintedReceipt(box, wall)
  useLayoutEffect(() => {
    if (chosen) afterPaint(() => box.current && bringOnGlass(box.current))
  }, [chosen])
  const flash = (alarm.state === 'raised' && alarm.priority === 1) || desk.pressedAgain.value.has(alarm.id)
  return (
    <button
      ref={box}
      type="button"
      class={classesOf(wall)}
      aria-pressed={chosen}
      onFocus={() => desk.choose(alarm.id)}
      onClick={() => desk.choose(alarm.id)}
    >
      <span class="mark">
        <Shape priority={alarm.priority} flash={flash} />
        {index < 9 && <Kbd>{index + 1}</Kbd>}
      </span>
      <span class="line what">
        <span>
          {whatOf(alarm)}
          {alarm.presses > 1 && <b class="times">×{number(alarm.presses)}</b>}
        </span>
        <span class="since">{timer(desk.now.value - alarm.raisedAt)}</span>
      </span>
      <span class="line place">
        <span>
          {addressOf(wall.place)} <small>{personOf(wall)}</small>
        </span>
      </span>
      <span class="line more">
        <span class="detail">
          {[siteOf(wall.place), alarm.cancelAskedAt ? words.value.wall.cancelAsked : moreOf(wall)]
            .filter((part) => part !== '')
            .join(' · ')}
        </span>
        <Tag wall={wall} />
      </span>
    </button>
  )
}

const moreOf = (wall: OpenWallAlarm) =>
  wall.alarm.residentIds.length > 0 ? words.value.wall.mergedHomes(wall.alarm.residentIds.length) : detailOf(wall, desk.now.value)

function Tag({ wall: { alarm, place } }: { wall: OpenWallAlarm }) {
  const t = words.value.wall
  if (alarm.state === 'raised') return <span class="tag new">{t.raised}</span>
  const shelf = shelvedUntil(alarm)
  if (shelf !== null) return <span class="tag">{words.value.hand.shelvedUntil(shortTime(shelf, whereOf(place)))}</span>
  if (alarm.kind !== 'technical' && lateSteps(alarm, desk.now.value).length > 0)
    return <span class="tag late">{`${words.value.response.late} · ${alarm.by}`}</span>
  const last = alarm.notes.at(-1)
  const doing = last && last.action !== 'note' ? words.value.actions[last.action] : null
  return <span class="tag">{doing ? `${doing} · ${alarm.by}` : t.inHand(alarm.by)}</span>
}

function Group({ row, index }: { row: Extract<Row, { type: 'group' }>; index: number }) {
  const box = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => (box.current ? watchGlass(box.current, () => {}) : undefined), [])
  const oldest = row.walls[0]
  const raised = row.walls.some(({ alarm }) => alarm.state === 'raised')
  return (
    <button
      ref={box}
      type="button"
      class={`alarm p3 group ${raised ? 'raised' : 'taken'}`}
      aria-expanded={row.open}
      onClick={() => desk.choose(alarmOfRow(row))}
    >
      <span class="mark">
        <Shape priority={3} />
        {index < 9 && <Kbd>{index + 1}</Kbd>}
      </span>
      <span class="line what">
        <span>{words.value.reasons[row.reason]}</span>
        <span class="since">{oldest ? timer(desk.now.value - oldest.alarm.raisedAt) : ''}</span>
      </span>
      <span class="line place">
        <span>{words.value.wall.merged(row.walls.length)}</span>
      </span>
      <span class="line more">
        <span class="detail">{listed(row.walls.slice(0, 3).map((wall) => wholeAddressOf(wall.place)))}</span>
      </span>
    </button>
  )
}

/** Tells the server that this card was really on the glass: after the frame, inside the panel, not under the overlay. */
function usePaintedReceipt(box: { current: HTMLElement | null }, { alarm }: OpenWallAlarm): void {
  const begun = desk.onDuty.value || desk.watching.value
  const connection = desk.connection.value
  const tell = useRef(() => {})
  tell.current = () => {
    if (begun && connection > 0 && alarm.state === 'raised') tellPainted(alarm.id, alarm.presses)
  }
  useLayoutEffect(() => (box.current ? watchGlass(box.current, () => tell.current()) : undefined), [box])
  // News of a card that stands there already, or of the watch: told when the frame with it is done.
  useLayoutEffect(() => {
    if (box.current && isOnGlass(box.current)) afterPaint(() => tell.current())
  }, [begun, connection, alarm, box])
}
