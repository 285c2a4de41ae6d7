/** One device, opened: how it stands, what it showed, its battery and clock, what can be done with it, and where it has been. */
import './enrolment.css'
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { DeviceDetails } from '../../contracts-devices.ts'
import { request } from '../shared/api.ts'
import { every } from '../shared/clock.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { technicianWords } from '../technician/words.ts'
import { DeviceActs } from './enrolment-device-acts.tsx'
import { ReminderWishForm } from './enrolment-device-reminder.tsx'
import { deviceWords } from './enrolment-device-words.ts'
import { momentText } from './rows.ts'

const lookAgainMs = 5_000

export function DevicePage({ id, rows, onChanged }: { id: string; rows: DirectoryRows; onChanged: () => void }) {
  const t = deviceWords.value
  const details = useSignal<DeviceDetails | null>(null)
  const trouble = useSignal('')
  const look = async () => {
    const answer = await request<DeviceDetails>('GET', `/api/devices/${encodeURIComponent(id)}`)
    if (answer.ok) details.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => {
    void look()
    return every(lookAgainMs, () => void look())
  }, [id])
  const shown = details.value
  return (
    <>
      <p>
        <a href="#/admin/devices">{t.back}</a>
      </p>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      {shown && (
        <>
          <div class="tools">
            <h2>
              {words.value.deviceRoles[shown.role]} {shown.room} <small>{shown.deviceId}</small>
            </h2>
          </div>
          <Facts details={shown} />
          <DeviceActs
            details={shown}
            rows={rows}
            onDone={() => {
              onChanged()
              void look()
            }}
          />
          {shown.residentId !== null && shown.role === 'terminal' && (
            <ReminderWishForm key={shown.residentId} residentId={shown.residentId} />
          )}
          <History details={shown} />
        </>
      )}
    </>
  )
}

const when = (at: number | null): string => (at === null ? deviceWords.value.never : momentText(at, language.value))

function forecastText({ forecast }: DeviceDetails): string {
  const t = deviceWords.value
  const rate = forecast.percentPerMonth === null ? '' : ` · ${t.perMonth(forecast.percentPerMonth)}`
  if (!forecast.known) return `${t.unknown[forecast.why]}${rate}`
  return `${forecast.most ? t.atLeast : t.days(forecast.days)}${rate}`
}

function clockText({ clock }: DeviceDetails): string {
  const t = deviceWords.value
  if (!clock) return t.clockUnknown
  if (!clock.isWrong) return t.clockRight
  return clock.seconds > 0 ? t.clockAhead(t.span(clock.seconds)) : t.clockBehind(t.span(-clock.seconds))
}

function credentialText({ credentials, rotationEndsAt }: DeviceDetails): string {
  const t = deviceWords.value
  if (credentials === 0) return t.noneValid
  return credentials === 1 || rotationEndsAt === null ? t.oneValid : t.twoValid(when(rotationEndsAt))
}

const other = (id: string) => <a href={`#/admin/devices/${encodeURIComponent(id)}`}>{id}</a>

function Facts({ details }: { details: DeviceDetails }) {
  const t = deviceWords.value
  const { standing, flapping, home, person, expectedSeconds, silentAfterSeconds, armed, provenAt, battery } = details
  const proof = `${armed ? t.armed : t.notArmed} · ${provenAt === null ? t.neverProven : t.provenAt(when(provenAt))}`
  const rows: readonly (readonly [label: string, shown: ComponentChildren])[] = [
    [t.standing, `${technicianWords.value.standings[standing]}${flapping ? ` · ${t.flapping}` : ''}`],
    [t.home, home === '' ? t.none : `${home} ${person}`],
    ...(details.gatewayId === null ? [] : [[t.gateway, other(details.gatewayId)] as const]),
    ...(details.carries.length === 0 ? [] : [[t.carries, details.carries.map((each) => <span key={each}>{other(each)} </span>)] as const]),
    [t.lastHeard, when(details.lastHeardAt)],
    [t.expected, expectedSeconds === null ? t.noPromise : t.span(expectedSeconds)],
    ...(silentAfterSeconds === null ? [] : [[t.silentAfter, t.span(silentAfterSeconds)] as const]),
    [t.proof, proof],
    ...(battery ? [[t.battery, t.percent(battery.percent, when(battery.at))] as const] : []),
    ...(details.power === 'battery' ? [[t.forecast, forecastText(details)] as const] : []),
    [t.clock, clockText(details)],
    ...(details.model || details.vendor ? [[t.maker, `${details.vendor} ${details.model}`] as const] : []),
    ...(details.firmware ? [[t.firmware, details.firmware] as const] : []),
    ...(details.replaces ? [[t.replaces, other(details.replaces)] as const] : []),
    ...(details.replacedBy ? [[t.replacedBy, other(details.replacedBy)] as const] : []),
    ...(details.gatewayId === null ? [[t.credentials, credentialText(details)] as const] : []),
  ]
  return (
    <dl class="device-facts">
      {rows.map(([label, shown]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{shown}</dd>
        </div>
      ))}
    </dl>
  )
}

function History({ details: { history } }: { details: DeviceDetails }) {
  const t = deviceWords.value
  return (
    <>
      <h3>{t.history}</h3>
      {history.length === 0 && <p class="dim">{t.noHistory}</p>}
      <ul class="enrol-list">
        {history.map(({ at, deed, home, room }) => (
          <li key={`${at} ${deed}`}>
            <b>{t.deeds[deed]}</b>
            <span>{[home, room].filter((part) => part !== '').join(' ')}</span>
            <span class="dim">{when(at)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
