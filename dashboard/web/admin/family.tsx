/** Who of her relatives may see how a resident is: her consent, an invitation shown as a code, and the telephones that joined. */
import '../style/family-admin.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConsentHow, Invitation, StaffFamily } from '../../contracts-family.ts'
import { type Answer, request } from '../shared/api.ts'
import { fullTime } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { familyWords } from './family-words.ts'
import { HomeAssistants } from './home-assistants.tsx'

type Contact = StaffFamily['contacts'][number]

const path = (residentId: string, ...rest: readonly string[]) =>
  ['/api/residents', residentId, 'family', ...rest].map((part, index) => (index === 0 ? part : encodeURIComponent(part))).join('/')

const shown = (at: number): string => fullTime(at, { language: language.value, timeZone: '' }, { dateStyle: 'medium', timeStyle: 'short' })

export function FamilyDialog({ residentId, name, onClose }: { residentId: string; name: string; onClose: () => void }) {
  const t = familyWords.value
  const family = useSignal<StaffFamily | null>(null)
  const trouble = useSignal('')
  const take = (answer: Answer<StaffFamily>) => {
    if (answer.ok) family.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => void request<StaffFamily>('GET', path(residentId)).then(take), [residentId])
  return (
    <Modal title={t.title(name)} onClose={onClose} wide>
      <p class="lead">{t.lead}</p>
      {family.value?.contacts.length === 0 && <p class="dim">{t.none}</p>}
      {family.value?.contacts.map((contact) => (
        <Relative key={contact.contactId} residentId={residentId} contact={contact} trouble={trouble} take={take} />
      ))}
      {family.value && <HomeAssistants residentId={residentId} contacts={family.value.contacts} />}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}

type RelativeProps = { residentId: string; contact: Contact; trouble: Signal<string>; take: (answer: Answer<StaffFamily>) => void }

function Relative({ residentId, contact, trouble, take }: RelativeProps) {
  const t = familyWords.value
  const { contactId, name, phone, consent } = contact
  const invitation = useSignal<Invitation | null>(null)
  const agree = async (how: ConsentHow) => take(await request('PUT', path(residentId, contactId, 'consent'), { how, note: '' }))
  const share = async (on: boolean) =>
    take(await request(on ? 'PUT' : 'DELETE', path(residentId, contactId, 'shared'), ...(on ? [{}] : [])))
  const invite = async () => {
    const answer = await request<Invitation>('POST', path(residentId, contactId, 'invitations'), {})
    if (answer.ok) invitation.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  return (
    <section class="relative" aria-label={name}>
      <h3>
        {name} <span class="dim">{phone}</span>
      </h3>
      <p class="dim">{consent ? t.agreed(t[consent.how], consent.by, shown(consent.at)) : t.notAgreed}</p>
      {contact.invitedUntil !== null && !invitation.value && <p class="dim">{t.invited(shown(contact.invitedUntil))}</p>}
      <div class="tools">
        {consent ? (
          <>
            <button type="button" class="button primary small" onClick={() => void invite()}>
              {t.invite}
            </button>
            <Withdraw onSure={async () => take(await request('DELETE', path(residentId, contactId, 'consent')))} />
          </>
        ) : (
          <>
            <button type="button" class="button small" onClick={() => void agree('spoken')}>
              {t.recordSpoken}
            </button>
            <button type="button" class="button small" onClick={() => void agree('written')}>
              {t.recordWritten}
            </button>
          </>
        )}
      </div>
      {contact.isNear && phone !== '' && (
        <label class="check">
          <input type="checkbox" checked={contact.isShared} onChange={({ currentTarget }) => void share(currentTarget.checked)} />{' '}
          {t.shared}
        </label>
      )}
      {consent && invitation.value && <Code invitation={invitation.value} />}
      {consent && <Phones {...{ residentId, contact, take }} />}
    </section>
  )
}

/** Asked twice: it cannot be taken back. */
function Withdraw({ onSure }: { onSure: () => void }) {
  const t = familyWords.value
  const asked = useSignal(false)
  const press = () => {
    if (asked.value) onSure()
    asked.value = !asked.value
  }
  return (
    <>
      <button type="button" class="button small" onClick={press}>
        {t.withdraw}
      </button>
      <span role="status">{asked.value ? t.withdrawAsk : ''}</span>
    </>
  )
}

function Code({ invitation: { qr, url } }: { invitation: Invitation }) {
  const t = familyWords.value
  const copied = useSignal(false)
  const dark = qr.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  const copy = async () => {
    await navigator.clipboard?.writeText(url)
    copied.value = true
  }
  return (
    <div class="invitation">
      <svg role="img" aria-label={t.qr} viewBox={`0 0 ${qr.length} ${qr.length}`} shape-rendering="crispEdges">
        <rect width={qr.length} height={qr.length} fill="#fff" />
        <path d={dark} fill="#000" />
      </svg>
      <div>
        <p>{t.show}</p>
        <output class="link">{url}</output>
        <button type="button" class="button small" onClick={() => void copy()}>
          {copied.value ? t.copied : t.copy}
        </button>
      </div>
    </div>
  )
}

function Phones({ residentId, contact: { contactId, phones }, take }: Omit<RelativeProps, 'trouble'>) {
  const t = familyWords.value
  if (phones.length === 0) return <p class="dim">{t.noPhones}</p>
  const end = async (id: string) => take(await request('DELETE', path(residentId, contactId, 'phones', id)))
  return (
    <ul class="phones">
      {phones.map(({ id, label, joinedAt, usedAt }) => (
        <li key={id}>
          {t.phone(label, shown(joinedAt), usedAt === null ? '–' : shown(usedAt))}{' '}
          <button type="button" class="button small" onClick={() => void end(id)}>
            {t.end}
          </button>
        </li>
      ))}
    </ul>
  )
}
