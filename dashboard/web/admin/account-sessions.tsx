/** Where somebody is signed in: one's own list, and the one an admin sees. */
import type { SessionRow } from '../../contracts-accounts.ts'
import { request } from '../shared/api.ts'
import { TableHead } from '../shared/table-head.tsx'
import { type Account, did, ownTime } from './account-state.ts'
import { accountWords } from './account-words.ts'

export function SessionsPart({ account }: { account: Account }) {
  const t = accountWords.value
  const { sessions } = account.state
  const end = async (query: string) => void (await did(account, await request('DELETE', `/api/me/sessions${query}`)))
  return (
    <section aria-label={t.sessions}>
      <h2>{t.sessions}</h2>
      <p class="dim">{t.sessionsLead}</p>
      <SessionTable sessions={sessions} onEnd={(id) => void end(`?id=${encodeURIComponent(id)}`)} />
      {sessions.some(({ own }) => !own) && (
        <div class="row">
          <button type="button" class="button" onClick={() => void end('')}>
            {t.endOthers}
          </button>
        </div>
      )}
    </section>
  )
}

/** `onEnd` absent: only to be looked at. */
export function SessionTable({ sessions, onEnd }: { sessions: readonly SessionRow[]; onEnd?: (id: string) => void }) {
  const t = accountWords.value
  return (
    <div class="scroll">
      <table>
        <TableHead columns={Object.values(t.columns)} />
        <tbody>
          {sessions.map(({ id, label, place, factor, createdAt, usedAt, own }) => (
            <tr key={id}>
              <td>{label || t.program}</td>
              <td>{place === 'localhost' ? t.localhost : place}</td>
              <td>{t.factors[factor]}</td>
              <td class="nowrap">{ownTime(createdAt)}</td>
              <td class="nowrap">
                {own ? t.own : ownTime(usedAt)}{' '}
                {onEnd && !own && (
                  <button type="button" class="button small" aria-label={`${t.end} ${label} ${place}`} onClick={() => onEnd(id)}>
                    {t.end}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
