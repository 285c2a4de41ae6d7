/** Above and below: who we are, whether the picture is alive and the sound on, the figures of the day, the keys. */
import { clockTime, dayOf, shortTime } from '../shared/format.ts'
import { words } from '../shared/i18n/i18n.ts'
import { me, signOut } from '../shared/session.ts'
import { Kbd, OtherLanguage, Shape } from '../shared/ui.tsx'
import * as desk from './desk.ts'
import { counts } from './marks.ts'
import { newVersion, pagePlan, reloadNow } from './reload.ts'
import { number, whatOf, whereSite, wholeAddressOf } from './say.ts'
import { lastTest, passed, testing } from './self-test.ts'
import { ShiftLine } from './shift/line.tsx'
import { goOnDuty } from './sound.ts'

export function Header() {
  const t = words.value.wall
  const { sites, today } = desk.picture.value
  return (
    <header class="top">
      <h1>
        {words.value.product} <span class="sub">{sites.length === 1 ? sites[0]?.name : t.sites(sites.length)}</span>
      </h1>
      <dl class="kpis">
        <Figure label={t.residents} value={number(counts.value.total)} />
        <Figure label={t.openAlarms} value={number(desk.queue.value.length)} note={t.unanswered(desk.unanswered.value)} />
        <Figure
          label={t.median}
          value={today.acknowledgeSecondsMedian === null ? '–' : words.value.seconds(Math.round(today.acknowledgeSecondsMedian))}
          note={t.target}
        />
        <Figure label={t.resolvedToday} value={number(today.resolved)} />
        <Figure label={t.offline} value={number(counts.value.offline)} note={t.homesUnit} />
      </dl>
      <Version />
      <LiveState />
      <SoundState />
      <Clock />
    </header>
  )
}

function Figure({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div class="kpi">
      <dt>{label}</dt>
      <dd>
        <b>{value}</b>
        {note && <em>{note}</em>}
      </dd>
    </div>
  )
}

function LiveState() {
  const { state, lastBeatAt } = desk.link.value
  const seconds = Math.max(0, Math.floor((desk.now.value - lastBeatAt) / 1000))
  const text = state === 'live' ? words.value.wall.live(Math.min(seconds, 9)) : words.value.wall.connecting
  return (
    <span class="pill">
      <i class={state === 'live' ? 'dot' : 'dot off'} />
      {text}
    </span>
  )
}

function SoundState() {
  const t = words.value.wall
  if (desk.silenced.value)
    return <span class="pill warn">♪ {t.silencedFor(Math.ceil((desk.heard.value.silentUntil - desk.now.value) / 1000))}</span>
  if (desk.onDuty.value && desk.sound.value === 'running')
    return (
      <button
        type="button"
        class={lastTest.value && !passed(lastTest.value) ? 'pill warn' : 'pill'}
        onClick={() => openDialog('self-test')}
      >
        ♪ {[t.soundOn, testedText()].filter((part) => part !== '').join(' · ')}
      </button>
    )
  if (desk.sound.value === 'none' && desk.onDuty.value) return <span class="pill warn">♪ {t.soundNone}</span>
  return (
    <button type="button" class="pill warn" onClick={goOnDuty}>
      ♪ {desk.watching.value ? t.watchingOnly : t.soundOff}
    </button>
  )
}

/** When this machine was last tried, and whether it passed. */
function testedText(): string {
  const t = words.value.response
  if (testing.value) return t.selfTestRunning
  const last = lastTest.value
  return last ? (passed(last) ? t.selfTestAt : t.selfTestFailedAt)(shortTime(last.at, whereSite())) : ''
}

export function Clock() {
  const at = desk.now.value
  return (
    <p class="clock">
      {clockTime(at, whereSite())}
      <small>{dayOf(at, whereSite())}</small>
    </p>
  )
}

export function Footer() {
  const t = words.value
  return (
    <footer class="bottom">
      <span class="keys">
        <Kbd>↑↓</Kbd> {t.footer.choose}
        <Kbd>{t.case.space}</Kbd> {t.footer.acknowledge}
        <Kbd>S</Kbd> {t.footer.silence}
      </span>
      <button type="button" class="link" onClick={desk.openSearch}>
        <Kbd>/</Kbd> {t.footer.search}
      </button>
      <button type="button" class="link" onClick={() => openDialog('help')}>
        <Kbd>?</Kbd> {t.footer.help}
      </button>
      <span class="gap" />
      <ShiftLine />
      <span>{t.wall.watchdog(true, desk.link.value.state === 'live', desk.sound.value === 'running')}</span>
      {me.value?.role !== 'operator' && (
        <a class="link" href="#/admin/homes">
          {t.wall.admin}
        </a>
      )}
      <a class="link" href="#/account">
        {t.gate.account}
      </a>
      <button type="button" class="link" onClick={() => void signOut()}>
        {t.wall.signOut}
      </button>
      <OtherLanguage />
    </footer>
  )
}

const openDialog = (which: desk.Dialog) => {
  desk.dialog.value = which
}

/** The one place that speaks up for a screen reader: the most urgent alarm nobody has taken. */
export function Alert() {
  const urgent = desk.queue.value.find(({ alarm }) => alarm.priority === 1 && alarm.state === 'raised')
  return (
    <div role="alert" class="unseen">
      {urgent ? words.value.wall.urgentAlert(whatOf(urgent.alarm), wholeAddressOf(urgent.place)) : ''}
    </div>
  )
}

export function LinkLost() {
  if (!desk.stale.value) return null
  const t = words.value.wall
  const { lastBeatAt, silentMs, attempts } = desk.link.value
  const phones = desk.picture.value.sites.map(({ phone }) => phone).filter((phone) => phone !== '')
  return (
    <section class="lost" aria-label={t.staleShort}>
      <span role="status" class="unseen">
        {t.staleShort}
      </span>
      <b>{t.staleTitle(Math.floor(silentMs / 1000))}</b>
      <span>
        {lastBeatAt > 0 && t.staleText(clockTime(lastBeatAt, whereSite()))}
        {attempts > 0 && ` · ${t.staleTries(attempts)}`}
      </span>
      <strong>{phones.length > 0 ? t.stalePhone(phones.slice(0, 2).join(' / ')) : t.stalePhoneMissing}</strong>
    </section>
  )
}

/** A screen that cannot be heard is an alarm of its own, told to the server as well. */
export function SoundDead() {
  const t = words.value.response
  if (!desk.onDuty.value || desk.sound.value === 'running' || desk.sound.value === 'off') return null
  return (
    <div class="storage sound-dead" role="alert">
      <Shape priority={2} /> {t.soundDead}{' '}
      <button type="button" class="button" onClick={goOnDuty}>
        {t.soundWake}
      </button>{' '}
      <small>{t.soundDeadHint}</small>
    </div>
  )
}

function Version() {
  const plan = pagePlan()
  if (!newVersion.value || plan === 'stay') return null
  if (plan === 'wait') return <span class="pill">{words.value.response.waitingVersion}</span>
  return (
    <button type="button" class="pill" onClick={reloadNow}>
      {words.value.response.newVersion}
    </button>
  )
}

export function StorageBanner() {
  const banner = desk.picture.value.banner
  return banner ? (
    <p class="storage" role="status">
      {words.value.wall.banners[banner.kind]}
    </p>
  ) : null
}
