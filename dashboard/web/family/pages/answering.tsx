/** One tap answers: "I know", "I am going" (then how long), "I will call", "I cannot". The last tap counts, and one that was not sent says so. */

import { useSignal } from '@preact/signals'
import type { FamilyAlarm, FamilyAnswer } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { Phone } from '../icons.tsx'
import { Trouble } from '../parts.tsx'
import { learnAlarm, loadAlarm, whoOf } from '../state.ts'
import { refusalText, words } from '../words/words.ts'

/** In the order of the screen: whole lines first and last, two halves between. */
const drawn: readonly FamilyAnswer[] = ['know', 'going', 'cannot', 'will-call']

const minutesOffered = [5, 10, 20, 30, 45, 60] as const

export function Answering({ alarm }: { alarm: FamilyAlarm }) {
  const { alarm: said } = words.value
  const sending = useSignal<FamilyAnswer | null>(null)
  const trouble = useSignal('')
  const mine = alarm.mine?.answer ?? null
  const send = async (answer: FamilyAnswer, minutes?: number) => {
    sending.value = answer
    trouble.value = ''
    const given = await ask.answer(alarm.id, minutes === undefined ? { answer } : { answer, minutes })
    sending.value = null
    if (given.ok) return learnAlarm(given.value)
    trouble.value = given.status === 0 ? said.notSent : refusalText(given.refused)
    if (given.status === 409) await loadAlarm(alarm.id)
  }
  return (
    <section class="answering" aria-label={said.ask}>
      <h2>{mine === null ? said.ask : said.asked}</h2>
      <Trouble text={trouble.value} />
      {mine === 'going' && <HowLong minutes={alarm.mine?.minutes ?? null} onTap={(minutes) => void send('going', minutes)} />}
      <div class="bs">
        {drawn.map((answer) => (
          <Answer key={answer} answer={answer} alarm={alarm} isBusy={sending.value === answer} onTap={() => void send(answer)} />
        ))}
      </div>
    </section>
  )
}

type AnswerProps = { answer: FamilyAnswer; alarm: FamilyAlarm; isBusy: boolean; onTap: () => void }

function Answer({ answer, alarm, isBusy, onTap }: AnswerProps) {
  const { alarm: said, working } = words.value
  const mine = alarm.mine?.answer ?? null
  // Before an answer the first one stands out; afterwards the one that was given does.
  const look = mine === answer ? 'chosen' : mine === null && answer === 'know' ? 'main' : 'soft'
  const isCall = answer === 'will-call'
  const text = isBusy ? working : isCall ? said.willCall(whoOf(alarm)) : said.answers[answer]
  // One tap says so and dials.
  if (isCall && alarm.phone !== '')
    return (
      <a class={`b full ${look}`} href={`tel:${alarm.phone.replace(/[^0-9+]/g, '')}`} onClick={onTap}>
        <Phone />
        <span>{text}</span>
      </a>
    )
  return (
    <button type="button" class={`b ${answer === 'know' ? 'full ' : ''}${look}`} aria-pressed={mine === answer} onClick={onTap}>
      {text}
    </button>
  )
}

function HowLong({ minutes, onTap }: { minutes: number | null; onTap: (minutes: number) => void }) {
  const { alarm: said } = words.value
  return (
    <fieldset class="long">
      <legend>{said.howLong}</legend>
      <div class="bs three">
        {minutesOffered.map((offered) => (
          <button
            key={offered}
            type="button"
            class={`b ${offered === minutes ? 'chosen' : 'soft'}`}
            aria-pressed={offered === minutes}
            onClick={() => onTap(offered)}
          >
            {said.minutes(offered)}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
