/** Notifications of this phone: what stands, switching them on or off, and a test whose receipt is seen to arrive. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ElderToday, PushTest } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { every } from '../clock.ts'
import { BackTitle, Trouble } from '../parts.tsx'
import { ability, lookAtPush, switchOff, switchOn } from '../push.ts'
import { pushTest } from '../state.ts'
import { clockTime } from '../time.ts'
import { more } from '../words/more.ts'
import { refusalText, words } from '../words/words.ts'
import { whereOf } from './today.tsx'

export function PushSetting({ elder }: { elder: ElderToday }) {
  const { settings: said } = more.value
  const trouble = useSignal('')
  const isBusy = useSignal(false)
  useEffect(() => void lookAtPush(), [])
  const state = elder.reach.push
  const turnOn = async () => {
    isBusy.value = true
    trouble.value = ''
    const came = await switchOn()
    isBusy.value = false
    if (came === 'failed') trouble.value = said.pushFailed
  }
  const isAlive = state === 'alive' && ability.value === 'on'
  const hindrance = ability.value === 'unable' ? said.pushUnable : ability.value === 'denied' ? said.pushDenied : ''
  return (
    <>
      <BackTitle title={said.push} to="/settings" />
      <main>
        <p class="state big">
          <i class={isAlive ? '' : 'bad'} />
          <span>{said.pushStates[state === 'alive' && !isAlive ? 'none' : state]}</span>
        </p>
        {state !== 'not-set-up' && hindrance !== '' && <p class="card said">{hindrance}</p>}
        <Trouble text={trouble.value} />
        {state !== 'not-set-up' && hindrance === '' && !isAlive && (
          <button type="button" class="b main" disabled={isBusy.value} onClick={() => void turnOn()}>
            {isBusy.value ? words.value.working : said.pushOn}
          </button>
        )}
        {isAlive && <Test elder={elder} />}
        {isAlive && (
          <button type="button" class="b soft" onClick={() => void switchOff()}>
            {said.pushOff}
          </button>
        )}
      </main>
    </>
  )
}

const askAgainMs = 4_000

function Test({ elder }: { elder: ElderToday }) {
  const { settings: said } = more.value
  const trouble = useSignal('')
  const id = useSignal('')
  const test: PushTest | null = pushTest.value?.id === id.value ? pushTest.value : null
  const isUnderWay = test?.state === 'sent' || test?.state === 'accepted'
  const begin = async () => {
    trouble.value = ''
    const answer = await ask.pushTest()
    if (!answer.ok) {
      trouble.value = refusalText(answer.refused)
      return
    }
    id.value = answer.value.id
    // The live line may have been quicker than this answer.
    if (pushTest.value?.id !== answer.value.id) pushTest.value = answer.value
  }
  useEffect(() => {
    if (!isUnderWay) return
    // A live line that broke in between must not leave the test waiting for ever.
    return every(askAgainMs, () => {
      void ask.pushTested(id.value).then((answer) => {
        if (answer.ok) pushTest.value = answer.value
      })
    })
  }, [isUnderWay])
  return (
    <>
      <button type="button" class="b main" disabled={isUnderWay} onClick={() => void begin()}>
        {said.pushTest}
      </button>
      <div aria-live="polite">
        {test && (
          <p class={test.state === 'received' ? 'done' : test.state === 'failed' ? 'refusal' : 'card said'}>
            {said.test[test.state]} {said.testAt(clockTime(test.at, whereOf(elder)))}
          </p>
        )}
      </div>
      <Trouble text={trouble.value} />
    </>
  )
}
