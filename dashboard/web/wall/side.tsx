/** The right column of a busy wall: the homes, the devices, the latest events. */

import type { LiveFact } from '../../contracts.ts'
import { clockTime, percent, shortTime } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { CallBacksButton } from './call-backs.tsx'
import * as desk from './desk.ts'
import { HomesCanvas } from './homes-canvas.tsx'
import { Legend } from './legend.tsx'
import { counts, unusualCount } from './marks.ts'
import { number, whatOf, whereOf, whereSite, wholeAddressOf } from './say.ts'
import { TroublesButton } from './troubles.tsx'

export function Side() {
  const t = words.value.wall
  return (
    <div class="side">
      <section class="panel wall-of-homes" aria-label={t.homesTitle}>
        <div class="panel-head">
          <h2>{t.homesTitle}</h2>
          <span>{t.homesSub(number(counts.value.total))}</span>
          <span class="right">{t.asOfTime(clockTime(desk.link.value.lastBeatAt, whereSite()))}</span>
        </div>
        <HomesCanvas />
        <Legend />
        <UnusualButton />
        <CallBacksButton />
      </section>
      <Devices />
      <Latest />
    </div>
  )
}

export function UnusualButton() {
  return (
    <button type="button" class="link unusual" onClick={openHomesList}>
      {words.value.wall.homesList(unusualCount.value)}
    </button>
  )
}

const openHomesList = () => {
  desk.dialog.value = 'homes'
}

function Devices() {
  const t = words.value.wall
  const { total, silent, sosButtons, sosButtonsProven } = desk.devices.value
  return (
    <section class="panel" aria-label={t.devices}>
      <div class="panel-head">
        <h2>{t.devices}</h2>
        <span class="right">{t.devicesSub(number(total), percent(total - silent, total, language.value))}</span>
      </div>
      <dl class="devices">
        <Meter label={t.devicesOnline} part={total - silent} whole={total} />
        <Meter label={t.buttonsProven} part={sosButtonsProven} whole={sosButtons} />
      </dl>
      <TroublesButton />
    </section>
  )
}

function Meter({ label, part, whole }: { label: string; part: number; whole: number }) {
  const share = whole === 0 ? 0 : (part / whole) * 100
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {number(part)} / {number(whole)}
      </dd>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="4" />
        <rect class="fill calm" width={share} height="4" />
      </svg>
    </div>
  )
}

const eventsShown = 7

function Latest() {
  const t = words.value.wall
  const latest = desk.picture.value.latest.slice(0, eventsShown)
  return (
    <section class="panel latest" aria-label={t.latest}>
      <div class="panel-head">
        <h2>{t.latest}</h2>
      </div>
      <ul class="events">
        {latest.map((fact) => (
          <Event key={fact.seq} fact={fact} />
        ))}
        {latest.length === 0 && <li class="dim">{t.latestNone}</li>}
      </ul>
    </section>
  )
}

function Event({ fact: { at, kind, place, alarm } }: { fact: LiveFact }) {
  const t = words.value.wall
  return (
    <li>
      <time>{shortTime(at, whereOf(place))}</time>
      <span>
        <b>{wholeAddressOf(place)}</b> {alarm ? whatOf(alarm.alarm) : ''}
      </span>
      <em>{t.facts[kind]}</em>
    </li>
  )
}
