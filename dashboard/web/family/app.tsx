/** The frame of the family's page: who it is about, what must be said above everything, the screen itself, and the four places. */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { ElderToday } from '../../contracts-family.ts'
import { calling } from './calling.ts'
import { Bell, Days, Home, Person, Sign } from './icons.tsx'
import { More } from './more.tsx'
import { AlarmPage } from './pages/alarm.tsx'
import { AlarmsPage } from './pages/alarm-list.tsx'
import { EldersPage } from './pages/elders.tsx'
import { HistoryPage } from './pages/history.tsx'
import { JoinedPage, JoinPage, NotJoinedPage } from './pages/join.tsx'
import { TodayPage, whereOf } from './pages/today.tsx'
import { isAt } from './parts.tsx'
import { alarmPath, behind, route } from './route.ts'
import { alarms, door, elder, elders, isLost, serverNow, today, whoOf } from './state.ts'
import { dayTime, isElsewhere, shortTime } from './time.ts'
import { words } from './words/words.ts'

export function App() {
  useEffect(moveFocus, [route.value])
  return (
    <div class="page">
      <Screen />
    </div>
  )
}

let isFirst = true
/** A new screen begins at its top, also for those who hear it read. */
function moveFocus(): void {
  if (isFirst) {
    isFirst = false
    return
  }
  scrollTo(0, 0)
  document.querySelector<HTMLElement>('h1[tabindex], h2[tabindex]')?.focus({ preventScroll: true })
}

function Screen() {
  if (isAt('join')) return <JoinPage />
  if (door.value === 'not-joined') return <NotJoinedPage />
  const about = elder.value
  if (!about) return <Opening />
  if (isAt('joined')) return <JoinedPage />
  if (isAt('elders')) return framed(<EldersPage />, null)
  if (isAt('away')) return framed(<More>{({ AwayPage }) => <AwayPage key={about.residentId} elder={about} />}</More>, about)
  const setting = behind('settings')
  if (setting !== '') return framed(<More>{({ SettingPage }) => <SettingPage place={setting} elder={about} />}</More>, about)
  return framed(
    <>
      <Who elder={alarmElder() ?? about} />
      <main>{placeOf(about)}</main>
    </>,
    about,
  )
}

function placeOf(about: ElderToday) {
  const alarmId = behind('alarm')
  if (alarmId !== '') return <AlarmPage key={alarmId} id={alarmId} />
  if (isAt('alarm')) return <AlarmsPage key={about.residentId} elder={about} />
  if (isAt('history')) return <HistoryPage elder={about} />
  if (isAt('settings')) return <More>{({ SettingsPage }) => <SettingsPage elder={about} />}</More>
  return <TodayPage elder={about} />
}

/** An alarm that was opened by a link may be about another elder than the one chosen. */
function alarmElder(): ElderToday | null {
  const residentId = alarms.value[behind('alarm')]?.value.residentId
  return elders.value.find((each) => each.residentId === residentId) ?? null
}

const framed = (screen: ComponentChildren, about: ElderToday | null) => (
  <>
    <Strips about={about} />
    {screen}
    <Places />
  </>
)

function Opening() {
  const { loading, strip } = words.value
  return (
    <main>
      <p class="card said first" role="status">
        {isLost.value ? strip.never : loading}
      </p>
    </main>
  )
}

function Who({ elder: about }: { elder: ElderToday }) {
  const who = whoOf(about)
  const centre = words.value.today.centreOf(about.centre.name)
  return (
    <header class="who">
      <span class="face" aria-hidden="true">
        {[...who][0]}
      </span>
      <div>
        <h1 tabIndex={-1}>{who}</h1>
        <p>{about.subject !== '' && about.subject !== about.name ? about.name : centre}</p>
      </div>
      {elders.value.length > 1 && (
        <a class="plain" href="#/elders">
          {words.value.switch}
        </a>
      )}
    </header>
  )
}

/** What must be said before anything else: no connection, somebody else's alarm, another clock. */
function Strips({ about }: { about: ElderToday | null }) {
  const { strip, reasons } = words.value
  const other = calling.value
  const isShown = other?.residentId === about?.residentId && (isAt('') || isAt('alarm'))
  const zone = about && isElsewhere(serverNow.value, about.timeZone) ? shortTime(serverNow.value, whereOf(about)) : ''
  return (
    <>
      {isLost.value && today.value && elder.value && (
        <p class="strip" role="status">
          <span>{strip.lost(dayTime(today.value.value.at, serverNow.value, whereOf(elder.value)))}</span>
        </p>
      )}
      {other?.alarm && !isShown && behind('alarm') !== other.alarm.id && (
        <a class="strip alarming" href={`#${alarmPath(other.alarm.id)}`}>
          <Sign name="calling" size={34} />
          <span>{strip.alarm(whoOf(other), reasons[other.alarm.reason])}</span>
        </a>
      )}
      {zone !== '' && (
        <aside class="zone" aria-label={strip.zoneLabel}>
          {strip.zone(zone)}
        </aside>
      )}
    </>
  )
}

const places = [
  { place: 'today', to: '/', icon: <Home /> },
  { place: 'alarm', to: '/alarm', icon: <Bell /> },
  { place: 'history', to: '/history', icon: <Days /> },
  { place: 'settings', to: '/settings', icon: <Person /> },
] as const

function Places() {
  const isHere = (to: string) => (to === '/' ? ['/', '/away', '/elders'].includes(route.value) : isAt(to.slice(1)))
  return (
    <nav class="places" aria-label={words.value.placesLabel}>
      <ul>
        {places.map(({ place, to, icon }) => (
          <li key={place}>
            <a
              href={`#${to}`}
              class={place === 'alarm' && calling.value ? 'calling' : ''}
              {...(isHere(to) ? { 'aria-current': 'page' as const } : {})}
            >
              {icon}
              {words.value.places[place]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
