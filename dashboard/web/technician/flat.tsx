/** One flat: what it has and what each device has proven, what was just heard, the walk, and the page that says "every button proven". */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { DeviceCredential } from '../../contracts-devices.ts'
import type { FlatAnswer, FlatDevice, WaitingDevice } from '../../contracts-enrolment.ts'
import { request } from '../shared/api.ts'
import { elapsed, every } from '../shared/clock.ts'
import { dayTime, timer } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { type Newest, openNewest } from '../shared/newest.ts'
import { go } from '../shared/route.ts'
import { ClaimDialog } from './claim.tsx'
import { CredentialDialog } from './credential.tsx'
import { technicianWords } from './words.ts'

const lookAgainMs = 1_000

export type Open =
  | { what: 'claim'; device: WaitingDevice }
  | { what: 'label' }
  | { what: 'credential'; credential: DeviceCredential }
  | null
type State = {
  flat: Signal<{ answer: FlatAnswer; at: number } | null>
  trouble: Signal<string>
  open: Signal<Open>
  isDone: Signal<boolean>
}

export function FlatPage({ residentId }: { residentId: string }) {
  const state: State = { flat: useSignal(null), trouble: useSignal(''), open: useSignal<Open>(null), isDone: useSignal(false) }
  const looks = useMemo(() => openLooks(state, residentId), [])
  useEffect(() => {
    void looks.now()
    return every(lookAgainMs, () => {
      if (!state.isDone.value) looks.again()
    })
  }, [])
  const flat = state.flat.value?.answer
  const open = state.open.value
  const close = () => {
    state.open.value = null
    void looks.now()
  }
  if (!flat)
    return (
      <p class={state.trouble.value === '' ? 'dim' : 'refusal'} role="alert">
        {state.trouble.value || technicianWords.value.entering}
      </p>
    )
  if (state.isDone.value) return <Done flat={flat} />
  return (
    <>
      <Head flat={flat} />
      <p class="refusal" role="alert">
        {state.trouble.value}
      </p>
      <Devices state={state} />
      <Waiting state={state} />
      <Foot state={state} residentId={residentId} looks={looks} />
      {(open?.what === 'claim' || open?.what === 'label') && (
        <ClaimDialog
          residentId={residentId}
          flat={flat}
          device={open.what === 'claim' ? open.device : null}
          onClose={close}
          onCredential={(credential) => {
            state.open.value = { what: 'credential', credential }
          }}
        />
      )}
      {open?.what === 'credential' && <CredentialDialog credential={open.credential} onClose={close} />}
    </>
  )
}

function openLooks({ flat, trouble, isDone }: State, residentId: string): Newest {
  const ask = () => request<FlatAnswer>('GET', `/api/flats/${encodeURIComponent(residentId)}`)
  return openNewest(ask, (answer) => {
    if (isDone.value) return
    // Who may not look any more sees nothing; where only the answer is missing, what was typed stays.
    if (answer.ok) flat.value = { answer: answer.value, at: elapsed() }
    else if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) flat.value = null
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  })
}

function Head({ flat: { home, people, proven, owed } }: { flat: FlatAnswer }) {
  const t = technicianWords.value
  const isAll = owed > 0 && proven === owed
  return (
    <div class="flat-head">
      <h2>
        {home} <span>{people.map(({ name }) => name).join(' ')}</span>
      </h2>
      <p role="status" class={isAll ? 'all-proven' : 'some-proven'}>
        {owed === 0 ? t.nothingYet : isAll ? `✓ ${t.everyProven}` : t.proven(proven, owed)}
      </p>
    </div>
  )
}

function Devices({ state }: { state: State }) {
  const t = technicianWords.value
  const shown = state.flat.value?.answer
  if (!shown || shown.devices.length === 0) return null
  return (
    <section>
      <h3>{t.devices}</h3>
      <ul class="cards ticks">
        {shown.devices.map((device) => (
          <DeviceLine key={device.deviceId} device={device} flat={shown} />
        ))}
      </ul>
    </section>
  )
}

function proofText({ provenAt, tickedAt, owesProof }: FlatDevice, { now, until }: FlatAnswer): string {
  const t = technicianWords.value
  if (tickedAt !== null) return t.ticked
  if (provenAt !== null) return t.provenAt(dayTime(provenAt, now, { language: language.value, timeZone: '' }))
  if (!owesProof) return t.exempt
  return until === null ? t.notWalking : t.waits
}

function DeviceLine({ device, flat }: { device: FlatDevice; flat: FlatAnswer }) {
  const t = technicianWords.value
  const isProven = device.provenAt !== null
  const battery = device.batteryPercent === null ? [] : [t.battery(Math.round(device.batteryPercent))]
  return (
    <li class={isProven ? 'ticked' : ''} data-device={device.deviceId}>
      <span class="mark" aria-hidden="true">
        {isProven ? '✓' : '○'}
      </span>
      <span class="what">
        <b>
          {words.value.deviceRoles[device.role]} {device.room}
        </b>
        <span class="dim">{[t.standings[device.standing], ...battery].join(' · ')}</span>
      </span>
      <span class="state">{proofText(device, flat)}</span>
    </li>
  )
}

function Waiting({ state }: { state: State }) {
  const t = technicianWords.value
  const list = state.flat.value?.answer.waiting ?? []
  return (
    <section>
      <h3>{t.heard}</h3>
      <p class="dim">{t.heardLead}</p>
      {list.length === 0 && <p class="dim">{t.heardNone}</p>}
      <ul class="cards">
        {list.map((device) => (
          <li key={`${device.gatewayId} ${device.key}`}>
            <span class="what">
              <b>{device.guess === null ? device.model || device.key : words.value.deviceRoles[device.guess]}</b>
              <span class="dim">{[device.vendor, device.model, device.key].filter((part) => part !== '').join(' · ')}</span>
            </span>
            <button
              type="button"
              class="button primary"
              aria-label={`${t.claim} ${device.key}`}
              onClick={() => {
                state.open.value = { what: 'claim', device }
              }}
            >
              {t.claim}
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="button wide"
        onClick={() => {
          state.open.value = { what: 'label' }
        }}
      >
        {t.byLabel}
      </button>
    </section>
  )
}

function Foot({ state, residentId, looks }: { state: State; residentId: string; looks: Newest }) {
  const t = technicianWords.value
  const shown = state.flat.value
  if (!shown) return null
  const { until, now, proven, owed } = shown.answer
  const left = until === null ? 0 : until - now - (elapsed() - shown.at)
  const walk = async () => {
    const answer = await request('POST', `/api/test-walks/${encodeURIComponent(residentId)}`, {})
    state.trouble.value = answer.ok ? '' : refusalText(answer.refused)
    void looks.now()
  }
  const finish = async () => {
    const answer = await request<FlatAnswer>('POST', `/api/flats/${encodeURIComponent(residentId)}/finish`, {})
    state.trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (!answer.ok) return
    state.flat.value = { answer: answer.value, at: elapsed() }
    state.isDone.value = true
  }
  const isAll = owed > 0 && proven === owed
  return (
    <div class="foot">
      <p class={left > 0 ? 'walk-on' : 'walk-off'}>{left > 0 ? t.walkOn(timer(left)) : t.walkOff}</p>
      {left > 0 && <p class="dim">{t.walkLead}</p>}
      <div class="foot-buttons">
        {left <= 0 && !isAll && (
          <button type="button" class="button primary wide" disabled={owed === 0} onClick={() => void walk()}>
            {t.begin}
          </button>
        )}
        <button type="button" class={isAll ? 'button primary wide' : 'button wide'} onClick={() => void finish()}>
          {isAll ? t.leave : t.leaveAnyway}
        </button>
      </div>
    </div>
  )
}

function Done({ flat }: { flat: FlatAnswer }) {
  const t = technicianWords.value
  const missing = flat.owed - flat.proven
  return (
    <div class="done">
      <p class="big" aria-hidden="true">
        {missing === 0 ? '✓' : '!'}
      </p>
      <h2>
        {flat.home} {flat.people.map(({ name }) => name).join(' ')}
      </h2>
      <p role="status" class={missing === 0 ? 'all-proven' : 'some-proven'}>
        {missing === 0 ? t.everyProven : t.leftBut(missing)}
      </p>
      <ul class="cards ticks">
        {flat.devices.map((device) => (
          <DeviceLine key={device.deviceId} device={device} flat={flat} />
        ))}
      </ul>
      <button type="button" class="button primary wide" onClick={() => go('/technician')}>
        {t.left}
      </button>
    </div>
  )
}
