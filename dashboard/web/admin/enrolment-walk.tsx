/** 试走: on a phone in the flat, each device of one resident ticked the moment it shows that it works. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Role } from '../../../domain/device.ts'
import type { WalkAnswer, WalkRow } from '../../contracts-enrolment.ts'
import { request } from '../shared/api.ts'
import { elapsed, every } from '../shared/clock.ts'
import { timer } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { enrolmentWords } from './enrolment-words.ts'
import { momentText } from './rows.ts'

const lookAgainMs = 1_000

export function WalkDialog({ residentId, name, onClose }: { residentId: string; name: string; onClose: () => void }) {
  const t = enrolmentWords.value
  const walk = useSignal<{ answer: WalkAnswer; at: number } | null>(null)
  const trouble = useSignal('')
  const ask = async (method: 'GET' | 'POST' | 'DELETE') => {
    const body = method === 'POST' ? [{}] : []
    const answer = await request<WalkAnswer>(method, `/api/test-walks/${encodeURIComponent(residentId)}`, ...body)
    // What could not be asked is not shown as if it were known: a walk that is over must not look as if it went on.
    walk.value = answer.ok ? { answer: answer.value, at: elapsed() } : null
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => {
    void ask('GET')
    return every(lookAgainMs, () => void ask('GET'))
  }, [])
  const shown = walk.value
  const { until, now, devices } = shown?.answer ?? { until: null, now: 0, devices: [] }
  const left = shown && until !== null ? until - now - (elapsed() - shown.at) : 0
  const isOn = left > 0
  return (
    <Modal title={t.walkOf(name)} onClose={onClose}>
      <p class="lead">{t.walkLead}</p>
      <p class={isOn ? 'walk-on' : 'walk-off'}>{isOn ? t.left(timer(left)) : t.over}</p>
      {isOn && <p class="dim">{t.walkWarn}</p>}
      <p role="status">{progress(devices)}</p>
      <ul class="walk-list">
        {devices.map((row) => (
          <WalkLine key={row.deviceId} row={row} isOn={isOn} />
        ))}
      </ul>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons enrol-buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
        <button type="button" class="button primary" disabled={!shown} onClick={() => void ask(isOn ? 'DELETE' : 'POST')}>
          {isOn ? t.end : t.begin}
        </button>
      </div>
    </Modal>
  )
}

function progress(devices: readonly WalkRow[]): string {
  const t = enrolmentWords.value
  const proven = devices.filter(({ provenAt }) => provenAt !== null).length
  if (devices.length === 0) return t.noDevices
  return proven === devices.length ? t.allDone : t.some(proven, devices.length)
}

/** Whose call would ring, and so is told apart in a walk. */
const ringing: ReadonlySet<Role> = new Set(['sos-button', 'terminal', 'fall-detector', 'smoke', 'gas', 'carbon-monoxide', 'water-leak'])

function awaited({ role, armed }: WalkRow): string {
  const t = enrolmentWords.value
  if (!ringing.has(role)) return t.waits
  return armed ? t.willRing : t.willTest
}

function WalkLine({ row, isOn }: { row: WalkRow; isOn: boolean }) {
  const t = enrolmentWords.value
  const isTicked = row.tickedAt !== null
  const proof = row.provenAt !== null ? t.provenAt(momentText(row.provenAt, language.value)) : row.armed ? t.neverProven : t.notArmed
  return (
    <li class={isTicked ? 'ticked' : ''}>
      <span class="mark" aria-hidden="true">
        {isTicked ? '✓' : '○'}
      </span>
      <span class="enrol-who">
        <b>
          {words.value.deviceRoles[row.role]} {row.room}
        </b>
        <span class="dim">{proof}</span>
      </span>
      <span class="walk-state">{isTicked ? t.ticked : isOn ? awaited(row) : ''}</span>
    </li>
  )
}
