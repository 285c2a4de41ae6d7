/** The card of any resident, without an alarm: who, where, how to get in, whom to call, which devices. Each look is on record. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ResidentCard } from '../../../store/store.ts'
import type { Refused } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { doorAddress } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { Entry, Medical } from './case-cards.tsx'
import { Contacts } from './case-lists.tsx'
import * as desk from './desk.ts'
import { roleText } from './say.ts'

export function ResidentDialog({ onClose }: { onClose: () => void }) {
  const t = words.value.hand
  const id = useSignal(desk.residentId.peek()).value
  const card = useSignal<ResidentCard | null>(null)
  const refused = useSignal<Refused | null>(null)
  useEffect(() => {
    void api.resident(id).then((answer) => {
      if (answer.ok) card.value = answer.value
      else refused.value = answer.refused
    })
  }, [id, card, refused])
  return (
    <Modal title={t.residentTitle} onClose={onClose} wide>
      <p class="dim">{t.residentNote}</p>
      {card.value ? <Person card={card.value} /> : <p class="loading">{refused.value ? '' : words.value.case.loading}</p>}
      <p class="refusal" role="alert">
        {refused.value ? refusalText(refused.value) : ''}
      </p>
      <div class="buttons">
        <button type="button" class="button primary" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}

function Person({ card }: { card: ResidentCard }) {
  const t = words.value
  const { resident, home } = card
  const year = new Date(desk.now.peek()).getFullYear()
  const facts = [
    resident.sex === 'unknown' ? '' : t.wall[resident.sex],
    resident.birthYear === null ? '' : t.wall.age(year - resident.birthYear),
    resident.livesAlone ? t.wall.alone : '',
    t.admin.modes[resident.mode],
  ]
  return (
    <div class="person">
      <p class="who">
        <b>{doorAddress({ ...home, title: '' }, language.value)}</b> <b>{resident.name}</b>{' '}
        {facts.filter((part) => part !== '').join(' · ')}
        {resident.speech !== '' && <strong class="speech">{resident.speech}</strong>}
      </p>
      <div class="two">
        <Entry card={card} taken={home.doorCode !== ''} />
        <Medical resident={resident} />
        <Contacts card={card} withSelf />
        <DeviceList card={card} />
      </div>
    </div>
  )
}

function DeviceList({ card: { devices } }: { card: ResidentCard }) {
  return (
    <div class="box">
      <h3>{words.value.hand.devices}</h3>
      <ul>
        {devices.map(({ id, role, room }) => (
          <li key={id}>{[roleText(role), room].filter((part) => part !== '').join(' · ')}</li>
        ))}
      </ul>
    </div>
  )
}
