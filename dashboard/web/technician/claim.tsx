/** Claims a device in the flat: one that was just heard, or a terminal by what is printed on it. */
import { type Signal, useSignal } from '@preact/signals'
import type { DeviceCredential } from '../../contracts-devices.ts'
import type { FlatAnswer, WaitingDevice } from '../../contracts-enrolment.ts'
import { request } from '../shared/api.ts'
import { Choice } from '../shared/choice.tsx'
import { DeviceFields, usualMinutes } from '../shared/device-fields.tsx'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Field, Modal } from '../shared/ui.tsx'
import { canScan, idInLabel, Scanner } from './scan.tsx'
import { technicianWords } from './words.ts'

type Props = {
  residentId: string
  flat: FlatAnswer
  /** Null: by its label. */
  device: WaitingDevice | null
  onClose: () => void
  onCredential: (credential: DeviceCredential) => void
}

/** Minutes between two signs of a device. */
const intervals = [1, 5, 15, 60, 240, 720, 1_440] as const
const usual: typeof usualMinutes = { ...usualMinutes, terminal: 1 }

type Draft = { [field in 'deviceId' | 'residentId' | 'role' | 'room' | 'power' | 'minutes' | 'replaces']: Signal<string> }

export function ClaimDialog({ residentId, flat, device, onClose, onCredential }: Props) {
  const t = technicianWords.value
  const guess = device ? device.guess : 'terminal'
  const draft: Draft = {
    ...{ deviceId: useSignal(''), residentId: useSignal(residentId), role: useSignal<string>(guess ?? ''), room: useSignal('') },
    ...{ power: useSignal(device ? 'battery' : 'mains'), minutes: useSignal(String((guess && usual[guess]) ?? '')) },
    replaces: useSignal(''),
  }
  const trouble = useSignal('')
  const claim = async () => {
    const answer = device ? await claimHeard(device, draft) : await claimByLabel(draft)
    if ('refused' in answer) {
      trouble.value = refusalText(answer.refused)
      return
    }
    const refused = draft.replaces.value === '' ? null : await replaceBy(draft.replaces.value, answer.deviceId)
    if (refused) trouble.value = refusalText(refused)
    else if (answer.credential) onCredential(answer.credential)
    else onClose()
  }
  return (
    <Modal title={device ? t.claim : t.byLabel} onClose={onClose}>
      <p class="lead">{device ? [device.vendor, device.model, device.key].filter((part) => part !== '').join(' · ') : t.byLabelLead}</p>
      <form
        class="claim-form"
        id="claim"
        onSubmit={(event) => {
          event.preventDefault()
          void claim()
        }}
      >
        {!device && <LabelField draft={draft} />}
        <Fields draft={draft} flat={flat} />
      </form>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.cancel}
        </button>
        <button type="submit" form="claim" class="button primary">
          {t.claim}
        </button>
      </div>
    </Modal>
  )
}

type Refusal = Parameters<typeof refusalText>[0]
type Claimed = { deviceId: string; credential?: DeviceCredential } | { refused: Refusal }

const common = ({ role, room, power, minutes }: Draft) => ({
  ...{ role: role.value, room: room.value, power: power.value },
  heartbeatSeconds: minutes.value === '' ? null : Number(minutes.value) * 60,
})

async function claimHeard({ gatewayId, key }: WaitingDevice, draft: Draft): Promise<Claimed> {
  const body = { gatewayId, key, residentId: draft.residentId.value, ...common(draft) }
  const answer = await request<{ id: string }>('POST', '/api/new-devices/claim', body)
  return answer.ok ? { deviceId: answer.value.id } : answer
}

async function claimByLabel(draft: Draft): Promise<Claimed> {
  const path = `/api/flats/${encodeURIComponent(draft.residentId.value)}/devices`
  const answer = await request<DeviceCredential>('POST', path, { deviceId: draft.deviceId.value.trim(), ...common(draft) })
  return answer.ok ? { deviceId: answer.value.deviceId, credential: answer.value } : answer
}

async function replaceBy(old: string, deviceId: string): Promise<Refusal | null> {
  const answer = await request('POST', `/api/devices/${encodeURIComponent(old)}/replace`, { by: deviceId })
  return answer.ok ? null : answer.refused
}

function LabelField({ draft: { deviceId } }: { draft: Draft }) {
  const t = technicianWords.value
  const isScanning = useSignal(false)
  const stop = () => {
    isScanning.value = false
  }
  const found = (text: string) => {
    deviceId.value = idInLabel(text)
    stop()
  }
  return (
    <div class="label-field">
      <Field
        label={t.labelId}
        value={deviceId.value}
        required
        minLength={4}
        maxLength={64}
        autocomplete="off"
        onText={(text) => {
          deviceId.value = text
        }}
      />
      {canScan() && !isScanning.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            isScanning.value = true
          }}
        >
          {t.scan}
        </button>
      )}
      {isScanning.value && <Scanner onFound={found} onStop={stop} />}
    </div>
  )
}

function Fields({ draft, flat }: { draft: Draft; flat: FlatAnswer }) {
  const t = technicianWords.value
  const { people, devices } = flat
  const old = devices.map(({ deviceId, role: of, room: where }) => [deviceId, `${words.value.deviceRoles[of]} ${where}`] as const)
  return (
    <>
      {people.length > 1 && (
        <Choice label={t.forWhom} chosen={draft.residentId} choices={people.map((one) => [one.residentId, one.name])} />
      )}
      <DeviceFields draft={draft} texts={{ ...t, battery: t.onBattery, mains: t.onMains }} intervals={intervals} />
      {old.length > 0 && <Choice label={t.replaces} chosen={draft.replaces} empty={t.replacesNone} choices={old} />}
    </>
  )
}
