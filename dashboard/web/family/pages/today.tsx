/** Today: is she all right, in one sentence and one sign; then the call buttons, and what stands behind the answer. */
import type { ElderToday, FamilyDevice } from '../../../contracts-family.ts'
import { Sign } from '../icons.tsx'
import { Calls } from '../parts.tsx'
import { alarmPath } from '../route.ts'
import { type Answered, answerOf, lookOf, signOf, waysOf } from '../say.ts'
import { ageOf, isLive, isStale, serverNow, today, whoOf } from '../state.ts'
import { clockTime, dayKey, dayTime, shortTime, type Where } from '../time.ts'
import { language, words } from '../words/words.ts'
import { DailyCard } from './daily-card.tsx'

export const whereOf = ({ timeZone }: { timeZone: string }): Where => ({ language: language.value, timeZone })

export function TodayPage({ elder }: { elder: ElderToday }) {
  const { today: said } = words.value
  return (
    <>
      <Hero elder={elder} />
      <Calls of={elder} />
      <a class="b soft" href="#/away">
        {elder.mode === 'home' ? said.awayEntry : said.awayChange}
      </a>
      <Devices elder={elder} />
      <Reach elder={elder} />
      <DailyCard residentId={elder.residentId} />
      <Fresh elder={elder} />
    </>
  )
}

function Hero({ elder }: { elder: ElderToday }) {
  const answered = answerOf(elder, isStale.value)
  const sign = signOf(answered, elder.alarm)
  return (
    <section class={`hero${lookOf(sign)}`} aria-live="polite">
      <div class="answer">
        <Sign name={sign} />
        <h2>{headline(elder, answered)}</h2>
      </div>
      {answered === 'stale' ? <Stale elder={elder} /> : <Behind elder={elder} answered={answered} />}
    </section>
  )
}

function headline(elder: ElderToday, answered: Answered): string {
  const { today: said, reasons } = words.value
  if (answered === 'alarm') return said.alarm(whoOf(elder), elder.alarm ? reasons[elder.alarm.reason] : '')
  if (answered === 'away') return said.away[elder.mode]
  return said[answered]
}

/** Nothing here says how she is: only since when nobody knows, and what was known then, with its time. */
function Stale({ elder }: { elder: ElderToday }) {
  const { today: said } = words.value
  const where = whereOf(elder)
  const then = today.value?.value.at ?? 0
  return (
    <>
      <p>
        <b>{said.staleMore(dayTime(then, serverNow.value, where))}</b>
      </p>
      {elder.lastAt !== null && (
        <p>
          {said.last} {dayTime(elder.lastAt, serverNow.value, where)}
        </p>
      )}
      <p>{said.staleCall}</p>
    </>
  )
}

function Behind({ elder, answered }: { elder: ElderToday; answered: Answered }) {
  const { today: said } = words.value
  const where = whereOf(elder)
  const at = (moment: number) => dayTime(moment, serverNow.value, where)
  return (
    <>
      {answered === 'alarm' && <p>{said.alarmState[elder.alarm?.state ?? 'raised']}</p>}
      {answered === 'quiet' && <p>{said.quietMore}</p>}
      {answered === 'overdue' && <p>{said.overdueMore}</p>}
      {answered === 'unknown' && <p>{said.unknownMore}</p>}
      {answered === 'unseen' && <p>{said.unseenMore[elder.sight]}</p>}
      {answered === 'unseen' && elder.blindSince !== null && <p>{said.unseenSince(at(elder.blindSince))}</p>}
      {elder.mode !== 'home' && elder.modeUntil !== null && (
        <p>
          {answered !== 'away' && <b>{said.away[elder.mode]} · </b>}
          {said.awayUntil(at(elder.modeUntil))}
        </p>
      )}
      {answered !== 'unknown' && (answered !== 'away' || elder.lastAt !== null) && (
        <p>
          <b>{lastSeen(elder)}</b>
        </p>
      )}
      {isUp(elder, answered) && <p>{said.upAt(shortTime(elder.upAt ?? 0, where))}</p>}
      {elder.alarm && (answered === 'alarm' || answered === 'overdue') && (
        <a class="b main" href={`#${alarmPath(elder.alarm.id)}`}>
          {said.alarmGo}
        </a>
      )}
    </>
  )
}

const upWith: ReadonlySet<Answered> = new Set(['well', 'overdue', 'alarm'])

/** When she got up belongs to a day on which she was seen: never under "nothing heard yet", "in hospital" or "not seen yet today". */
const isUp = ({ upAt, lastAt, timeZone }: ElderToday, answered: Answered): boolean =>
  upAt !== null && lastAt !== null && upWith.has(answered) && dayKey(upAt, timeZone) === dayKey(serverNow.value, timeZone)

function lastSeen({ lastAt, lastMinutes, lastRoom }: ElderToday): string {
  const { today: said, ago, room } = words.value
  if (lastAt === null || lastMinutes === null) return said.neverSeen
  return said.seen(ago(lastMinutes + Math.floor(ageOf(today.value) / 60_000)), room(lastRoom))
}

const isBad = ({ link, isBatteryLow }: FamilyDevice) => link === 'silent' || isBatteryLow

function Devices({ elder }: { elder: ElderToday }) {
  const { devices } = elder
  const { today: said } = words.value
  const bad = devices.filter(isBad)
  const rest = devices.filter((device) => !isBad(device) && device.link !== 'unheard')
  const isBeside = bad.length === 0 && rest.length < devices.length
  const wellTitle = isBeside ? said.devicesSome(rest.length) : said.devicesWell(rest.length, bad.length > 0)
  // What was never heard is neither well nor broken, and is not counted as either.
  const unheard = devices.filter((device) => !isBad(device) && device.link === 'unheard')
  return (
    <section class="card">
      <h2>
        {said.devices}
        {isStale.value && <small>{said.devicesThen(dayTime(today.value?.value.at ?? 0, serverNow.value, whereOf(elder)))}</small>}
      </h2>
      {bad.length > 0 && <DeviceRows devices={bad} />}
      {devices.length === 0 && <p class="last">{said.devicesNone}</p>}
      {rest.length > 0 && <Group title={wellTitle} devices={rest} />}
      {unheard.length > 0 && <Group title={said.devicesUnheard(unheard.length)} look="dim" devices={unheard} />}
    </section>
  )
}

const Group = ({ title, look = '', devices }: { title: string; look?: string; devices: readonly FamilyDevice[] }) => (
  <details>
    <summary class={look}>{title}</summary>
    <DeviceRows devices={devices} />
  </details>
)

function DeviceRows({ devices }: { devices: readonly FamilyDevice[] }) {
  const { today: said, roles, room } = words.value
  return (
    <ul class="rows wide">
      {devices.map((device) => (
        <li key={device.id}>
          <span>
            {roles[device.role]}
            {device.room !== '' && <small>{room(device.room)}</small>}
          </span>
          <span class={device.link === 'silent' ? 'low' : ''}>
            {said.link[device.link]}
            {device.isBatteryLow ? (
              <small class="low">{said.batteryLow}</small>
            ) : (
              device.battery !== null && <small>{said.battery(device.battery)}</small>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Reach({ elder }: { elder: ElderToday }) {
  const { today: said, list } = words.value
  const { ready, not } = waysOf(elder.reach, words.value)
  const [first, ...then] = ready
  const { push, quietUntil } = elder.reach
  return (
    <section class="card said">
      <h2>{said.reach}</h2>
      {first === undefined ? (
        <p class="bad">{said.reachNone}</p>
      ) : (
        <p>
          <b>{said.reachFirst(first)}</b>
        </p>
      )}
      {then.length > 0 && <p>{said.reachThen(list(then))}</p>}
      {not.length > 0 && <p class="dim">{said.reachNot(list(not))}</p>}
      {quietUntil !== null && <p class="dim">{said.reachQuiet(dayTime(quietUntil, serverNow.value, whereOf(elder)))}</p>}
      {(push === 'dead' || push === 'none') && (
        <a class="b soft" href="#/settings/push">
          {push === 'dead' ? said.pushDead : said.pushNone}
        </a>
      )}
    </section>
  )
}

function Fresh({ elder }: { elder: ElderToday }) {
  const { today: said } = words.value
  const at = clockTime(today.value?.value.at ?? 0, whereOf(elder))
  return (
    <p class="state">
      <i class={isLive.value ? '' : 'off'} />
      <span>{isLive.value ? words.value.alarm.live(at) : said.updated(at)}</span>
    </p>
  )
}
