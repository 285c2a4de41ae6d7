/** How the people of a site are reached when no desk answers: telephone and e-mail, and what would really work now. */
import { useSignal } from '@preact/signals'
import type { DutyPerson, DutyWeek } from '../../../contracts-duty.ts'
import { dutyApi } from '../../shared/duty-api.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { refusalText, words } from '../../shared/i18n/i18n.ts'
import { TableHead } from '../../shared/table-head.tsx'

export function ReachTable({ week, onChanged }: { week: DutyWeek; onChanged: () => void }) {
  const t = dutyWords.value
  return (
    <section class="reach" aria-label={t.reachTitle}>
      <h3>{t.reachTitle}</h3>
      <p class="dim">{t.reachLead}</p>
      <table>
        <TableHead columns={[words.value.admin.columns.person, t.phone, t.email, t.ways, t.save]} />
        <tbody>
          {week.people.map((person) =>
            person.mayEdit ? (
              <Line key={`${week.siteId} ${person.id}`} siteId={week.siteId} person={person} onChanged={onChanged} />
            ) : (
              <Fixed key={`${week.siteId} ${person.id}`} person={person} />
            ),
          )}
        </tbody>
      </table>
    </section>
  )
}

/** Somebody whom others answer for too: shown, with why nothing can be changed here. */
function Fixed({ person }: { person: DutyPerson }) {
  return (
    <tr>
      <th scope="row">{person.name}</th>
      <td>{person.phone}</td>
      <td>{person.email}</td>
      <Ways person={person} />
      <td class="dim">{words.value.refusals['not-all-sites']}</td>
    </tr>
  )
}

const Ways = ({ person: { ways } }: { person: DutyPerson }) => (
  <td>{ways.length === 0 ? <b class="missing">{dutyWords.value.noWay}</b> : ways.join(', ')}</td>
)

function Line({ siteId, person, onChanged }: { siteId: string; person: DutyPerson; onChanged: () => void }) {
  const t = dutyWords.value
  const phone = useSignal(person.phone)
  const email = useSignal(person.email)
  const trouble = useSignal('')
  const isSame = phone.value === person.phone && email.value === person.email
  const save = async () => {
    const answer = await dutyApi.putReach(siteId, person.id, { phone: phone.value.trim(), email: email.value.trim() })
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (answer.ok) onChanged()
  }
  return (
    <tr>
      <th scope="row">{person.name}</th>
      <td>
        <input
          type="tel"
          aria-label={`${t.phone} ${person.name}`}
          value={phone.value}
          onInput={(event) => {
            phone.value = event.currentTarget.value
          }}
        />
      </td>
      <td>
        <input
          type="email"
          aria-label={`${t.email} ${person.name}`}
          value={email.value}
          onInput={(event) => {
            email.value = event.currentTarget.value
          }}
        />
      </td>
      <Ways person={person} />
      <td>
        <button type="button" class="button small" aria-label={`${t.save} ${person.name}`} disabled={isSame} onClick={() => void save()}>
          {t.save}
        </button>
        <span class="refusal" role="alert">
          {trouble.value}
        </span>
      </td>
    </tr>
  )
}
