/** What is about this telephone itself: the language, a place on its home screen, and leaving. */
import { signal, useSignal } from '@preact/signals'
import type { ElderToday } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { BackTitle, Choice, Trouble } from '../parts.tsx'
import { go } from '../route.ts'
import { elders, enter, forget, loadToday, whoOf } from '../state.ts'
import { more } from '../words/more.ts'
import { language, refusalText, speak } from '../words/words.ts'

export function LanguageSetting() {
  const { settings: said } = more.value
  return (
    <>
      <BackTitle title={said.language} to="/settings" />
      <main>
        <fieldset>
          <legend class="unseen">{said.language}</legend>
          <div class="choices long">
            {(['zh', 'en'] as const).map((each) => (
              <Choice key={each} name="language" on={language.value === each} onChoose={() => speak(each)}>
                {each === 'zh' ? said.zhName : said.enName}
              </Choice>
            ))}
          </div>
        </fieldset>
        <a class="b" href="#/settings/contact">
          {said.languageMine}…
        </a>
      </main>
    </>
  )
}

/** Chrome and Edge offer the installation themselves; the offer is kept until somebody wants it. */
type Offer = Event & { prompt(): Promise<unknown> }
const offer = signal<Offer | null>(null)
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  offer.value = event as Offer
})

const isApple = () => /iPhone|iPad|iPod/.test(navigator.userAgent)

export function InstallSetting() {
  const { settings: said } = more.value
  return (
    <>
      <BackTitle title={said.install} to="/settings" />
      <main>
        {offer.value ? (
          <button type="button" class="b main" onClick={() => void offer.value?.prompt()}>
            {said.installNow}
          </button>
        ) : (
          <p class="card said">{isApple() ? said.installApple : said.installOther}</p>
        )}
      </main>
    </>
  )
}

export function LeaveSetting({ elder }: { elder: ElderToday }) {
  const { settings: said } = more.value
  /** Whom to leave; null: everybody. */
  const asked = useSignal<{ residentId: string | null } | null>(null)
  const trouble = useSignal('')
  const leave = async () => {
    if (!asked.value) return
    const answer = await ask.leave(asked.value)
    if (!answer.ok) {
      trouble.value = refusalText(answer.refused)
      return
    }
    if (answer.value) enter(answer.value)
    else forget()
    if (answer.value) await loadToday()
    go('/')
  }
  return (
    <>
      <BackTitle title={said.leave} to="/settings" />
      <main>
        <p class="card said">{said.leaveMore}</p>
        <Trouble text={trouble.value} />
        {asked.value ? (
          <div class="stack">
            <button type="button" class="b red" onClick={() => void leave()}>
              {said.leaveSure} · {asked.value.residentId === null ? said.leaveAll : said.leaveOne(whoOf(elder))}
            </button>
            <a class="b main" href="#/settings">
              {said.keep}
            </a>
          </div>
        ) : (
          <Whom
            elder={elder}
            onAsk={(residentId) => {
              asked.value = { residentId }
            }}
          />
        )}
      </main>
    </>
  )
}

function Whom({ elder, onAsk }: { elder: ElderToday; onAsk: (residentId: string | null) => void }) {
  const { settings: said } = more.value
  return (
    <div class="stack">
      <button type="button" class="b red" onClick={() => onAsk(elder.residentId)}>
        {said.leaveOne(whoOf(elder))}
      </button>
      {elders.value.length > 1 && (
        <button type="button" class="b red" onClick={() => onAsk(null)}>
          {said.leaveAll}
        </button>
      )}
    </div>
  )
}
