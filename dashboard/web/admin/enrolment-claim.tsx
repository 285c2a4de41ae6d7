/** Claims one new device: whose it is, what it is for, where it stands and how often it must be heard. */
import { type Signal, useSignal } from '@preact/signals'
import type { DirectoryRows } from '../../../store/store.ts'
import type { WaitingDevice } from '../../contracts-enrolment.ts'
import { request } from '../shared/api.ts'
import { DeviceFields, usualMinutes } from '../shared/device-fields.tsx'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { ResidentSelect } from './enrolment-residents.tsx'
import { enrolmentWords } from './enrolment-words.ts'

type Props = { device: WaitingDevice; rows: DirectoryRows; onClose: () => void; onWalk: (residentId: string) => void }

/** Minutes between two signs of a device. */
const intervals = [5, 15, 60, 240, 720, 1_440] as const

type Draft = { [field in 'residentId' | 'role' | 'room' | 'power' | 'minutes']: Signal<string> }

export function ClaimDialog({ device, rows, onClose, onWalk }: Props) {
  const t = enrolmentWords.value
  const { guess } = device
  const draft: Draft = {
    ...{ residentId: useSignal(''), role: useSignal<string>(guess ?? ''), room: useSignal(''), power: useSignal('battery') },
    minutes: useSignal(String((guess && usualMinutes[guess]) ?? '')),
  }
  const trouble = useSignal('')
  const isDone = useSignal(false)
  const claim = async () => {
    const answer = await request<unknown>('POST', '/api/new-devices/claim', asked(device, draft))
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (!answer.ok) return
    if (draft.residentId.value === '') onClose()
    else isDone.value = true
  }
  return (
    <Modal title={t.claimTitle} onClose={onClose}>
      <p class="lead">{[device.vendor, device.model, device.key].filter((part) => part !== '').join(' · ')}</p>
      {isDone.value ? (
        <p role="status">{t.claimed}</p>
      ) : (
        <ClaimForm draft={draft} rows={rows} siteId={device.siteId} onClaim={() => void claim()} />
      )}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons enrol-buttons">
        <button type="button" class="button" onClick={onClose}>
          {isDone.value ? words.value.close : words.value.cancel}
        </button>
        {isDone.value ? (
          <button type="button" class="button primary" onClick={() => onWalk(draft.residentId.value)}>
            {t.toWalk}
          </button>
        ) : (
          <button type="submit" form="claim" class="button primary">
            {t.claim}
          </button>
        )}
      </div>
    </Modal>
  )
}

const asked = ({ gatewayId, key }: WaitingDevice, { residentId, role, room, power, minutes }: Draft) => ({
  ...{ gatewayId, key, role: role.value, room: room.value, power: power.value },
  residentId: residentId.value === '' ? null : residentId.value,
  heartbeatSeconds: minutes.value === '' ? null : Number(minutes.value) * 60,
})

type FormProps = { draft: Draft; rows: DirectoryRows; siteId: string; onClaim: () => void }

function ClaimForm({ draft, rows, siteId, onClaim }: FormProps) {
  const t = enrolmentWords.value
  return (
    <form
      class="enrol-form"
      id="claim"
      onSubmit={(event) => {
        event.preventDefault()
        onClaim()
      }}
    >
      <ResidentSelect label={t.resident} rows={rows} siteId={siteId} chosen={draft.residentId} empty={t.nobody} />
      <DeviceFields draft={draft} texts={t} intervals={intervals} />
    </form>
  )
}
