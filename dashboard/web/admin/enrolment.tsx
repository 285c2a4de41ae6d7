/** 新设备: what was heard and is in no list, claimed with a resident and a role; and which devices owe a proof. */
import './enrolment.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { ProofAnswer, ProofRow, WaitingDevice } from '../../contracts-enrolment.ts'
import { request } from '../shared/api.ts'
import { every } from '../shared/clock.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { ClaimDialog } from './enrolment-claim.tsx'
import { ResidentSelect } from './enrolment-residents.tsx'
import { Visits } from './enrolment-visit.tsx'
import { WalkDialog } from './enrolment-walk.tsx'
import { enrolmentWords } from './enrolment-words.ts'
import { momentText } from './rows.ts'

const lookAgainMs = 3_000

type Open = { what: 'claim'; device: WaitingDevice } | { what: 'walk'; residentId: string } | null
type State = {
  waiting: Signal<readonly WaitingDevice[] | null>
  proofs: Signal<ProofAnswer | null>
  trouble: Signal<string>
  open: Signal<Open>
}

export function EnrolmentPage({ rows, onChanged }: { rows: DirectoryRows; onChanged: () => void }) {
  const t = enrolmentWords.value
  const state: State = { waiting: useSignal(null), proofs: useSignal(null), trouble: useSignal(''), open: useSignal<Open>(null) }
  useEffect(() => {
    void look(state)
    void owed(state)
    return every(lookAgainMs, () => void look(state))
  }, [])
  const close = () => {
    state.open.value = null
    onChanged()
    void look(state)
    void owed(state)
  }
  const walk = (residentId: string) => {
    state.open.value = { what: 'walk', residentId }
  }
  const open = state.open.value
  return (
    <>
      <div class="tools">
        <h2>{t.title}</h2>
      </div>
      <p class="dim">{t.lead}</p>
      <p class="refusal" role="alert">
        {state.trouble.value}
      </p>
      <Waiting state={state} />
      <Visits rows={rows} />
      <h3>{t.walkTitle}</h3>
      <WalkChoice rows={rows} onWalk={walk} />
      <Owed answer={state.proofs.value} rows={rows} onWalk={walk} />
      {open?.what === 'claim' && <ClaimDialog device={open.device} rows={rows} onClose={close} onWalk={walk} />}
      {open?.what === 'walk' && <WalkDialog residentId={open.residentId} name={nameOf(rows, open.residentId)} onClose={close} />}
    </>
  )
}

const nameOf = ({ residents }: DirectoryRows, residentId: string | null): string =>
  residents.find(({ id }) => id === residentId)?.name ?? ''

async function look({ waiting, trouble }: State): Promise<void> {
  const answer = await request<readonly WaitingDevice[]>('GET', '/api/new-devices')
  if (answer.ok) waiting.value = answer.value
  trouble.value = answer.ok ? '' : refusalText(answer.refused)
}

/** Asked once and after each change, not every moment: it goes through all devices. */
async function owed({ proofs }: State): Promise<void> {
  const answer = await request<ProofAnswer>('GET', '/api/device-proofs')
  if (answer.ok) proofs.value = answer.value
}

/** Signs of being there say nothing about what a device is for. */
const dull: ReadonlySet<string> = new Set(['heartbeat', 'availability'])

function Waiting({ state }: { state: State }) {
  const t = enrolmentWords.value
  const list = state.waiting.value
  if (!list) return <p class="dim">{words.value.admin.loading}</p>
  if (list.length === 0) return <p class="dim">{t.none}</p>
  return (
    <ul class="enrol-list">
      {list.map((device) => (
        <li key={`${device.gatewayId} ${device.key}`}>
          <NewDeviceCard device={device} state={state} />
        </li>
      ))}
    </ul>
  )
}

function NewDeviceCard({ device, state }: { device: WaitingDevice; state: State }) {
  const t = enrolmentWords.value
  const { vendor, model, name, key, gatewayId, family, guess } = device
  const said = device.kinds.filter((kind) => !dull.has(kind)).map((kind) => t.kinds[kind])
  const hide = async () => {
    const answer = await request<null>('POST', '/api/new-devices/hide', { gatewayId, key })
    if (answer.ok) void look(state)
    else state.trouble.value = refusalText(answer.refused)
  }
  const claim = () => {
    state.open.value = { what: 'claim', device }
  }
  return (
    <>
      <div class="enrol-who">
        <b>{[vendor, model, name].filter((part) => part !== '').join(' · ') || key}</b>
        <span class="dim">
          {family} · {key} · {gatewayId === '' ? t.itself : t.by(gatewayId)}
        </span>
        <span>
          {t.guess} <b>{guess === null ? t.unknown : words.value.deviceRoles[guess]}</b>
          {said.length > 0 && ` · ${t.said} ${said.join(language.value === 'zh' ? '、' : ', ')}`}
        </span>
        <span class="dim">
          {t.heard} {momentText(device.lastAt, language.value)}
        </span>
      </div>
      {gatewayId !== '' && (
        <div class="enrol-deeds">
          <button type="button" class="button primary" aria-label={`${t.claim} ${key}`} onClick={claim}>
            {t.claim}
          </button>
          <button type="button" class="button" aria-label={`${t.hide} ${key}`} onClick={() => void hide()}>
            {t.hide}
          </button>
        </div>
      )}
    </>
  )
}

function WalkChoice({ rows, onWalk }: { rows: DirectoryRows; onWalk: (residentId: string) => void }) {
  const t = enrolmentWords.value
  const chosen = useSignal('')
  return (
    <div class="enrol-choice">
      <ResidentSelect label={t.resident} rows={rows} siteId={null} chosen={chosen} empty={t.choose} />
      <button type="button" class="button" disabled={chosen.value === ''} onClick={() => onWalk(chosen.value)}>
        {t.walk}
      </button>
    </div>
  )
}

type OwedProps = { answer: ProofAnswer | null; rows: DirectoryRows; onWalk: (residentId: string) => void }

function Owed({ answer, rows, onWalk }: OwedProps) {
  const t = enrolmentWords.value
  if (!answer) return null
  if (answer.never.length + answer.old.length === 0) return <p class="dim">{t.owedNone}</p>
  const part = (title: string, list: readonly ProofRow[]) =>
    list.length > 0 && (
      <details class="enrol-owed" open={list.length <= 20}>
        <summary>{title}</summary>
        <ul class="enrol-list">
          {list.map((row) => (
            <OwedRow key={row.deviceId} row={row} name={nameOf(rows, row.residentId)} onWalk={onWalk} />
          ))}
        </ul>
      </details>
    )
  return (
    <>
      {part(t.owedNever(answer.never.length), answer.never)}
      {part(t.owedOld(answer.days, answer.old.length), answer.old)}
      {answer.more > 0 && <p class="dim">{t.more(answer.more)}</p>}
    </>
  )
}

function OwedRow({ row, name, onWalk }: { row: ProofRow; name: string; onWalk: (residentId: string) => void }) {
  const t = enrolmentWords.value
  const { deviceId, residentId, role, room, armed, provenAt } = row
  return (
    <li>
      <div class="enrol-who">
        <b>
          {words.value.deviceRoles[role]} {room}
        </b>
        <span class="dim">
          {name} · {deviceId}
        </span>
        <span>{provenAt !== null ? t.provenAt(momentText(provenAt, language.value)) : armed ? t.neverProven : t.notArmed}</span>
      </div>
      {residentId !== null && (
        <div class="enrol-deeds">
          <button type="button" class="button small" aria-label={`${t.walk} ${name} ${deviceId}`} onClick={() => onWalk(residentId)}>
            {t.walk}
          </button>
        </div>
      )}
    </li>
  )
}
