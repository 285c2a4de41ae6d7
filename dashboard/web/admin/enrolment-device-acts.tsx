/** What can be done with a device: each deed says first what it means, and is done on a second press. */
import { type Signal, useSignal } from '@preact/signals'
import type { DirectoryRows } from '../../../store/store.ts'
import type { DeviceCredential, DeviceDetails } from '../../contracts-devices.ts'
import { request } from '../shared/api.ts'
import { Choice } from '../shared/choice.tsx'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { Field, Modal } from '../shared/ui.tsx'
import { CredentialDialog } from '../technician/credential.tsx'
import { deviceWords } from './enrolment-device-words.ts'
import { ResidentSelect } from './enrolment-residents.tsx'

type Act = 'move' | 'replace' | 'retire' | 'restore' | 'reset' | 'revoke'
type Props = { details: DeviceDetails; rows: DirectoryRows; onDone: () => void }

function actsOf({ state, gatewayId, credentials }: DeviceDetails): readonly Act[] {
  const office: readonly Act[] = gatewayId === null && credentials > 0 && me.value?.deeds.includes('edit-directory') ? ['revoke'] : []
  if (state === 'in-use') return ['move', 'replace', 'retire', 'reset', ...office]
  return state === 'retired' ? ['restore', 'reset', ...office] : office
}

export function DeviceActs({ details, rows, onDone }: Props) {
  const t = deviceWords.value
  const open = useSignal<Act | null>(null)
  const credential = useSignal<DeviceCredential | null>(null)
  const trouble = useSignal('')
  const renew = async () => {
    const answer = await request<DeviceCredential>('POST', `/api/devices/${encodeURIComponent(details.deviceId)}/credential`, {})
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (answer.ok) credential.value = answer.value
  }
  const close = () => {
    open.value = null
    credential.value = null
    onDone()
  }
  return (
    <>
      <h3>{t.acts}</h3>
      <div class="enrol-deeds enrol-buttons">
        {details.gatewayId === null && me.value?.deeds.includes('edit-directory') && (
          <button type="button" class="button" onClick={() => void renew()}>
            {t.newCredential}
          </button>
        )}
        {actsOf(details).map((act) => (
          <button
            key={act}
            type="button"
            class="button"
            onClick={() => {
              open.value = act
            }}
          >
            {t[act]}
          </button>
        ))}
      </div>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      {open.value && <ActDialog act={open.value} details={details} rows={rows} onDone={close} />}
      {credential.value && <CredentialDialog credential={credential.value} onClose={close} />}
    </>
  )
}

type Draft = { residentId: Signal<string>; room: Signal<string>; by: Signal<string> }

const bodyOf = (act: Act, { residentId, room, by }: Draft): object | undefined => {
  if (act === 'move') return { residentId: residentId.value === '' ? null : residentId.value, room: room.value }
  return act === 'replace' ? { by: by.value } : undefined
}

function ActDialog({ act, details, rows, onDone }: Props & { act: Act }) {
  const t = deviceWords.value
  const draft: Draft = { residentId: useSignal(details.residentId ?? ''), room: useSignal(details.room), by: useSignal('') }
  const trouble = useSignal('')
  const meaning: Partial<Record<Act, string>> = { retire: t.retireAsk, reset: t.resetAsk, revoke: t.revokeAsk }
  const others = rows.devices.filter(({ id, siteId, role }) => id !== details.deviceId && siteId === details.siteId && role !== 'gateway')
  const run = async () => {
    const answer = await request('POST', `/api/devices/${encodeURIComponent(details.deviceId)}/${act}`, bodyOf(act, draft))
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (answer.ok) onDone()
  }
  return (
    <Modal title={t[act]} onClose={onDone}>
      {meaning[act] && <p class="lead">{meaning[act]}</p>}
      <form
        class="enrol-form"
        id="act"
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        {act === 'move' && (
          <>
            <ResidentSelect label={t.resident} rows={rows} siteId={details.siteId} chosen={draft.residentId} empty={t.none} />
            <Field
              label={t.room}
              value={draft.room.value}
              maxLength={40}
              onText={(text) => {
                draft.room.value = text
              }}
            />
          </>
        )}
        {act === 'replace' && (
          <Choice
            label={t.by}
            chosen={draft.by}
            empty={t.choose}
            required
            choices={others.map(({ id, role, room }) => [id, `${words.value.deviceRoles[role]} ${room} ${id}`])}
          />
        )}
      </form>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={onDone}>
          {words.value.cancel}
        </button>
        <button type="submit" form="act" class="button primary">
          {t.sure}
        </button>
      </div>
    </Modal>
  )
}
