/** The way in: what will be seen and by whose consent, one button; and what somebody reads who has no link (any more). */
import { useSignal } from '@preact/signals'
import { ask } from '../ask.ts'
import { startLive } from '../live.ts'
import { fetchMore } from '../more.tsx'
import { Field, Trouble } from '../parts.tsx'
import { lookAtPush, startWorker } from '../push.ts'
import { behind, replace } from '../route.ts'
import { choose, elder, elders, enter, loadToday, whoOf } from '../state.ts'
import { language, refusalText, speak, words } from '../words/words.ts'

/** The way to the other language, on screens that have no settings. */
export const OtherLanguage = () => (
  <button
    type="button"
    class="plain"
    lang={language.value === 'zh' ? 'en' : 'zh-CN'}
    onClick={() => speak(language.value === 'zh' ? 'en' : 'zh')}
  >
    {words.value.otherLanguage}
  </button>
)

const Top = ({ title }: { title: string }) => (
  <header class="who bare">
    <h1 tabIndex={-1}>{title}</h1>
    <OtherLanguage />
  </header>
)

export function JoinPage() {
  const { join } = words.value
  const trouble = useSignal('')
  const isBusy = useSignal(false)
  const label = useSignal('')
  const submit = async (event: Event) => {
    event.preventDefault()
    isBusy.value = true
    const known = new Set(elders.value.map(({ residentId }) => residentId))
    const answer = await ask.join({ token: behind('join'), label: label.value.trim(), language: language.value })
    isBusy.value = false
    trouble.value = answer.ok ? '' : isNoLink(answer.status) ? join.badLink : refusalText(answer.refused)
    if (!answer.ok) return
    enter(answer.value)
    const added = answer.value.elders.find(({ residentId }) => !known.has(residentId))
    if (added) choose(added.residentId)
    await loadToday()
    // The link is used up: it shall not be what this telephone opens next time.
    replace('/joined')
    startLive()
    void fetchMore()
    void startWorker().then(lookAtPush)
  }
  return (
    <>
      <Top title={join.title} />
      <main>
        <WhatIsSeen />
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <Field
            label={join.label}
            hint={join.labelHint}
            value={label.value}
            onText={(text) => {
              label.value = text
            }}
            more={{ maxLength: 40, autocomplete: 'off' }}
          />
          <Trouble text={trouble.value} />
          <button type="submit" class="b main" disabled={isBusy.value}>
            {isBusy.value ? words.value.working : join.button}
          </button>
        </form>
      </main>
    </>
  )
}

function WhatIsSeen() {
  const { join } = words.value
  return (
    <>
      <p class="card said">{join.lead}</p>
      <section class="card said">
        <h2>{join.see}</h2>
        <ul class="see">
          {join.seeList.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p class="dim">{join.seeNot}</p>
      </section>
      <section class="card said">
        <p>
          <b>{join.consent}</b>
        </p>
        <p>{join.others}</p>
      </section>
    </>
  )
}

const isNoLink = (status: number) => status === 400 || status === 404

export function JoinedPage() {
  const { join } = words.value
  return (
    <>
      <Top title={join.title} />
      <main>
        <p class="done" role="status">
          {join.joined(elder.value ? whoOf(elder.value) : '')}
        </p>
        <p class="card said">{join.pushNext}</p>
        <a class="b main" href="#/settings/push">
          {join.pushOn}
        </a>
        <a class="b" href="#/">
          {join.go}
        </a>
      </main>
    </>
  )
}

export function NotJoinedPage() {
  const { join } = words.value
  return (
    <>
      <Top title={join.notTitle} />
      <main>
        <p class="card said">{join.notText}</p>
        <p class="card said">{join.notEnded}</p>
      </main>
    </>
  )
}
