/** The wall when nothing is open: every home one cell, nothing coloured, and the figures of the day. */
import type { Outcome } from '../../../domain/alarm.ts'
import { percent, shortTime } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { CallBacksButton } from './call-backs.tsx'
import * as desk from './desk.ts'
import { HomesCanvas } from './homes-canvas.tsx'
import { Legend } from './legend.tsx'
import { number, whereOf } from './say.ts'
import { UnusualButton } from './side.tsx'
import { ChangesNotice } from './silence/changes.tsx'
import { TroublesButton } from './troubles.tsx'

export function Quiet() {
  const t = words.value
  return (
    <>
      <section class="calm" id="case" tabIndex={-1} aria-label={t.wall.homesTitle}>
        <p class="calm-title">
          <b>{t.wall.quietTitle}</b>
          <span>{lastClosed()}</span>
        </p>
        <HomesCanvas large />
        <div class="calm-foot">
          <Legend />
          <UnusualButton />
          <CallBacksButton />
          <ChangesNotice />
        </div>
      </section>
      <Figures />
    </>
  )
}

function lastClosed(): string {
  const t = words.value
  const last = desk.picture.value.latest.find(({ kind }) => kind === 'alarm-resolved')
  if (last?.alarm?.alarm.state !== 'resolved') return desk.picture.value.today.resolved === 0 ? t.wall.quietNone : ''
  return t.wall.quietSince(shortTime(last.at, whereOf(last.place)), t.outcomes[last.alarm.alarm.outcome])
}

const kinds: readonly (readonly ['real' | 'falseAlarms' | 'tests', readonly Outcome[]])[] = [
  ['real', ['emergency', 'help-given', 'social-call']],
  ['falseAlarms', ['false-press', 'sensor-false']],
  ['tests', ['test']],
]

function Figures() {
  const t = words.value
  const [today, devices] = [desk.today.value, desk.devices.value]
  const online = devices.total - devices.silent
  const count = (outcomes: readonly Outcome[]) => outcomes.reduce((sum, outcome) => sum + (today.byOutcome[outcome] ?? 0), 0)
  const shown = kinds.map(([name, outcomes]) => ({ name, n: count(outcomes) }))
  const other = today.resolved - shown.reduce((sum, { n }) => sum + n, 0)
  return (
    <section class="figures" aria-label={t.quiet.today(today.resolved)}>
      <div>
        <h2>{t.quiet.median}</h2>
        <p class="value">
          {today.acknowledgeSecondsMedian === null ? '–' : t.seconds(Math.round(today.acknowledgeSecondsMedian))}
          <small>{today.acknowledgeSecondsMedian === null ? t.quiet.noneYet : t.quiet.target}</small>
        </p>
      </div>
      <div>
        <h2>{t.quiet.today(today.resolved)}</h2>
        <dl class="lines">
          {[...shown, { name: 'other' as const, n: Math.max(0, other) }].map(({ name, n }) => (
            <div key={name}>
              <dt>{t.quiet[name]}</dt>
              <dd>{number(n)}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div>
        <h2>{t.quiet.devices}</h2>
        <p class="value">
          {percent(online, devices.total, language.value)}
          <small>
            {number(online)} / {number(devices.total)}
          </small>
        </p>
        <TroublesButton />
      </div>
      <div>
        <h2>{t.quiet.duty}</h2>
        <p class="value name">{desk.onDuty.value ? me.value?.displayName : '–'}</p>
      </div>
    </section>
  )
}
