/** 上门安装: on a phone in the flat. A one-time code opens one home; there devices are claimed and each one shows that it works. */
import '../style/admin.css'
import './technician.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { OpenVisit } from '../../contracts-enrolment.ts'
import { BoardPage } from '../admin/board.tsx'
import { request } from '../shared/api.ts'
import { shortTime } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { go, route } from '../shared/route.ts'
import { me, signOut } from '../shared/session.ts'
import { Field, OtherLanguage } from '../shared/ui.tsx'
import { FlatPage } from './flat.tsx'
import { technicianWords } from './words.ts'

/** `/technician`, `/technician/<code>` from a scanned QR code, `/technician/flat/<resident>`, `/technician/board`. */
export function TechnicianPage() {
  const t = technicianWords.value
  // Whatever else is in the address is no code: five wrong ones close the door.
  const rest = /^\/technician\/?(.*)$/.exec(route.value)?.[1] ?? ''
  const residentId = rest.startsWith('flat/') ? decodeURIComponent(rest.slice(5)) : ''
  useEffect(() => {
    document.title = `${words.value.product} · ${t.title}`
  })
  return (
    <div class={rest === 'board' ? 'paper technician admin' : 'paper technician'}>
      <header>
        <h1>
          {words.value.product} <span>{t.title}</span>
        </h1>
        {rest !== '' && <a href="#/technician">{t.back}</a>}
        {rest !== 'board' && me.value?.deeds.includes('enrol-devices') && <a href="#/technician/board">{t.board}</a>}
        {me.value?.deeds.includes('watch') && rest === '' && <a href="#/admin/new-devices">{t.back}</a>}
        <OtherLanguage />
        <button type="button" class="link" onClick={() => void signOut()}>
          {t.signOut}
        </button>
      </header>
      <main>
        {rest === 'board' && <BoardPage />}
        {rest !== 'board' && (residentId === '' ? <Door code={rest} /> : <FlatPage key={residentId} residentId={residentId} />)}
      </main>
    </div>
  )
}

const enterFlat = (visit: OpenVisit): void => go(`/technician/flat/${encodeURIComponent(visit.people[0]?.residentId ?? '')}`)

async function redeem(code: string, trouble: Signal<string>): Promise<void> {
  const answer = await request<OpenVisit>('POST', '/api/visits', { code })
  trouble.value = answer.ok ? '' : refusalText(answer.refused)
  if (answer.ok) enterFlat(answer.value)
  // A code is used once: it must not be tried again by going back.
  else if (route.value !== '/technician') history.replaceState(null, '', '#/technician')
}

function Door({ code }: { code: string }) {
  const t = technicianWords.value
  const typed = useSignal('')
  const trouble = useSignal('')
  const visits = useSignal<readonly OpenVisit[]>([])
  const isBusy = useSignal(code !== '')
  useEffect(() => {
    void request<readonly OpenVisit[]>('GET', '/api/visits').then((answer) => {
      if (answer.ok) visits.value = answer.value
    })
    if (code !== '')
      void redeem(code, trouble).then(() => {
        isBusy.value = false
      })
  }, [])
  return (
    <>
      <p>{isBusy.value ? t.entering : t.codeLead}</p>
      <form
        class="door"
        onSubmit={(event) => {
          event.preventDefault()
          void redeem(typed.value, trouble)
        }}
      >
        <Field
          label={t.code}
          value={typed.value}
          autocomplete="one-time-code"
          required
          maxLength={20}
          onText={(text) => {
            typed.value = text
          }}
        />
        <button type="submit" class="button primary">
          {t.enter}
        </button>
      </form>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <h2>{t.open}</h2>
      {visits.value.length === 0 && <p class="dim">{t.none}</p>}
      <ul class="cards">
        {visits.value.map((visit) => (
          <li key={visit.id}>
            <button type="button" class="button wide" onClick={() => enterFlat(visit)}>
              <b>{visit.home}</b> {visit.people.map(({ name }) => name).join(' ')}
              <small>{t.until(shortTime(visit.visitUntil ?? visit.until, { language: language.value, timeZone: '' }))}</small>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
