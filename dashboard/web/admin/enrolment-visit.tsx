/** 上门代码: a one-time code, also as a QR code to scan or print, opens one home to a technician. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { OpenVisit, VisitCode } from '../../contracts-enrolment.ts'
import { request } from '../shared/api.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { QrCode } from '../technician/qr.tsx'
import { ResidentSelect } from './enrolment-residents.tsx'
import { visitWords } from './enrolment-visit-words.ts'
import { doorNames, momentText } from './rows.ts'

const validMinutes = [30, 120, 480, 1_440] as const

export function Visits({ rows }: { rows: DirectoryRows }) {
  const t = visitWords.value
  const open = useSignal<readonly OpenVisit[]>([])
  const chosen = useSignal('')
  const minutes = useSignal('120')
  const given = useSignal<VisitCode | null>(null)
  const trouble = useSignal('')
  const look = () => fetchOpen(open)
  const named = withSites(rows)
  useEffect(() => void look(), [])
  const give = async () => {
    const answer = await request<VisitCode>('POST', '/api/visit-codes', { residentId: chosen.value, minutes: Number(minutes.value) })
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    if (answer.ok) given.value = answer.value
    void look()
  }
  return (
    <>
      <h3>{t.title}</h3>
      <p class="dim">{t.lead}</p>
      <div class="enrol-choice">
        <ResidentSelect label={t.home} rows={rows} siteId={null} chosen={chosen} empty={t.choose} />
        <label>
          {t.valid}
          <select
            value={minutes.value}
            onChange={(event) => {
              minutes.value = event.currentTarget.value
            }}
          >
            {validMinutes.map((n) => (
              <option key={n} value={n}>
                {t.minutes(n)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button" disabled={chosen.value === ''} onClick={() => void give()}>
          {t.give}
        </button>
        <a class="button" href="#/technician">
          {t.page}
        </a>
      </div>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <OpenList open={open.value.map(named)} onChanged={() => void look()} />
      {given.value && (
        <CodeDialog
          code={named(given.value)}
          onClose={() => {
            given.value = null
          }}
        />
      )}
    </>
  )
}

/** A visit's home with its site, where there are several. */
function withSites(rows: DirectoryRows): <One extends OpenVisit>(visit: One) => One {
  const doors = doorNames(rows)
  const homes = new Map(rows.residents.map(({ id, homeId }) => [id, homeId]))
  return (visit) => ({ ...visit, home: doors.get(homes.get(visit.people[0]?.residentId ?? '') ?? '') ?? visit.home })
}

async function fetchOpen(open: Signal<readonly OpenVisit[]>): Promise<void> {
  const answer = await request<readonly OpenVisit[]>('GET', '/api/visit-codes')
  if (answer.ok) open.value = answer.value
}

function OpenList({ open, onChanged }: { open: readonly OpenVisit[]; onChanged: () => void }) {
  const t = visitWords.value
  const end = async (id: string) => {
    await request('DELETE', `/api/visit-codes/${encodeURIComponent(id)}`)
    onChanged()
  }
  return (
    <ul class="enrol-list">
      {open.map(({ id, home, people, until, isUsed, visitUntil }) => (
        <li key={id}>
          <div class="enrol-who">
            <b>
              {home} {people.map(({ name }) => name).join(' ')}
            </b>
            <span class="dim">
              {isUsed ? t.inUse(momentText(visitUntil ?? until, language.value)) : t.waits(momentText(until, language.value))}
            </span>
          </div>
          <button type="button" class="button small" aria-label={`${t.end} ${home}`} onClick={() => void end(id)}>
            {t.end}
          </button>
        </li>
      ))}
    </ul>
  )
}

function CodeDialog({ code, onClose }: { code: VisitCode; onClose: () => void }) {
  const t = visitWords.value
  return (
    <Modal title={t.codeTitle(code.home)} onClose={onClose}>
      <p class="lead">{t.codeLead(momentText(code.until, language.value))}</p>
      <QrCode text={code.link} label={t.qr} />
      <output class="token visit-code">{code.code}</output>
      <div class="buttons">
        <button type="button" class="button" onClick={() => print()}>
          {t.print}
        </button>
        <button type="button" class="button primary" onClick={onClose}>
          {t.done}
        </button>
      </div>
    </Modal>
  )
}
