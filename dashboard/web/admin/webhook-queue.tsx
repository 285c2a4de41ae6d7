/** What is still on its way to a webhook, what was given up and can be sent again, and the agreement under which addresses go out. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { WebhookAgreementView, WebhookQueueView } from '../../contracts-out.ts'
import { request } from '../shared/api.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'
import { TwiceButton } from './connect-parts.tsx'
import { connectWords } from './connect-words.ts'
import { outWords } from './out-words.ts'
import { momentText } from './rows.ts'

type State = { queue: Signal<WebhookQueueView | null>; agreed: Signal<WebhookAgreementView | null>; trouble: Signal<string> }
type Part = { id: string; state: State; look: () => Promise<void> }

const path = (id: string, rest: string): string => `/api/webhooks/${encodeURIComponent(id)}${rest}`

export function WebhookQueue({ id }: { id: string }) {
  const state: State = { queue: useSignal(null), agreed: useSignal(null), trouble: useSignal('') }
  const { queue, agreed, trouble } = state
  const look = async () => {
    const [waiting, agreement] = await Promise.all([
      request<WebhookQueueView>('GET', path(id, '/queue')),
      request<WebhookAgreementView>('GET', path(id, '/agreement')),
    ])
    if (waiting.ok) queue.value = waiting.value
    if (agreement.ok) agreed.value = agreement.value
    trouble.value = waiting.ok ? (agreement.ok ? '' : refusalText(agreement.refused)) : refusalText(waiting.refused)
  }
  useEffect(() => void look(), [id])
  return (
    <>
      {queue.value && <Waiting {...{ id, state, look }} />}
      {agreed.value && <Agreement {...{ id, state, look }} />}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
    </>
  )
}

function Waiting({ id, state, look }: Part) {
  const t = outWords.value
  const { owed = 0, dead = 0, givenUp = [] } = state.queue.value ?? {}
  const again = async (eventId: string) => {
    await request('POST', path(id, `/queue/${encodeURIComponent(eventId)}/again`), {})
    await look()
  }
  return (
    <section aria-label={t.queue}>
      <h3>{t.queue}</h3>
      <p>
        {t.owed(owed)} · {t.dead(dead)}
      </p>
      <ul class="trouble-notes">
        {givenUp.map(({ eventId, kind, madeAt, attempts }) => (
          <li key={eventId}>
            {t.deadRow(connectWords.value.event[kind], momentText(madeAt, language.value), attempts)}{' '}
            <button type="button" class="button small" onClick={() => void again(eventId)}>
              {t.again}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Agreement({ id, state, look }: Part) {
  const t = outWords.value
  const text = useSignal('')
  const agreement = state.agreed.value?.agreement ?? null
  const agree = async (event: Event) => {
    event.preventDefault()
    const answer = await request('PUT', path(id, '/agreement'), { text: text.value.trim() })
    text.value = ''
    await look()
    if (!answer.ok) state.trouble.value = refusalText(answer.refused)
  }
  const stop = async () => {
    await request('DELETE', path(id, '/agreement'))
    await look()
  }
  return (
    <section aria-label={t.agreement}>
      <h3>{t.agreement}</h3>
      <p>{agreement ? t.agreed(agreement.text, agreement.by, momentText(agreement.at, language.value)) : t.noAgreement}</p>
      {agreement ? (
        <TwiceButton name={t.stop} again={t.stopAgain} label={t.agreement} act={() => void stop()} />
      ) : (
        <form class="tools" onSubmit={(event) => void agree(event)}>
          <input
            aria-label={t.agreementText}
            placeholder={t.agreementText}
            required
            maxLength={500}
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
          <button type="submit" class="button small">
            {t.agree}
          </button>
        </form>
      )}
    </section>
  )
}
