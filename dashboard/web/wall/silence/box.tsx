/** Today's silence on the card of a silence alarm: which kind it is, and the curve over what is usual. What draws it is fetched when it is needed. */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { AlarmCard, SilenceAnswer } from '../../../contracts.ts'
import { request } from '../../shared/api.ts'
import { dayTime, shortTime } from '../../shared/format.ts'
import { words } from '../../shared/i18n/i18n.ts'
import { part } from '../../shared/part.ts'
import * as desk from '../desk.ts'
import { HistoryButton } from '../history-choice.tsx'
import { agoText, whereOf } from '../say.ts'
import type { ChartProps } from './chart.tsx'
import './box.css'
import { ModeChoice } from './mode.tsx'
import { silenceWords } from './words.ts'

const againMs = 60_000

export function SilenceBox({ card: { card, place, lastActiveAt, lastActiveRoom } }: { card: AlarmCard }) {
  const t = words.value
  const residentId = card?.resident.id ?? ''
  const answer = useSilence(residentId)
  if (!card) return null
  return (
    <div class="box just silence">
      <h3>
        {silenceWords.value.title} <ModeChoice resident={card.resident} timeZone={place.timeZone} /> <HistoryButton />
      </h3>
      <p>
        <b>{lastActiveAt ? t.case.lastActive(agoText(lastActiveAt, desk.now.value), lastActiveRoom) : t.case.lastActiveNone}</b>
      </p>
      {answer === 'failed' && <p class="dim">{silenceWords.value.failed}</p>}
      {typeof answer === 'object' && <Told answer={answer} />}
    </div>
  )
}

/** Fetched with the card, and again each minute while it stands open. */
function useSilence(residentId: string): SilenceAnswer | 'asking' | 'failed' {
  const answer = useSignal<SilenceAnswer | 'asking' | 'failed'>('asking')
  const minute = Math.floor(desk.now.value / againMs)
  useEffect(() => {
    if (residentId === '') return
    void request<SilenceAnswer>('GET', `/api/residents/${encodeURIComponent(residentId)}/silence`).then((got) => {
      if (got.ok) answer.value = got.value
      else if (answer.value === 'asking') answer.value = 'failed'
    })
  }, [residentId, minute, answer])
  return answer.value
}

function Told({ answer }: { answer: SilenceAnswer }) {
  const t = silenceWords.value
  const where = whereOf(answer)
  const { sight, blindSince, isPartlySeen, upAt, dueAt, usual, returnedAt } = answer
  const lines = [
    blindSince === null ? '' : t.blind(dayTime(blindSince, answer.at, where), sight),
    returnedAt === null ? '' : t.returned(dayTime(returnedAt, answer.at, where)),
    isPartlySeen && blindSince === null ? t.partly : '',
    [upAt === null ? '' : t.up(shortTime(upAt, where)), dueAt === null ? '' : t.due(shortTime(dueAt, where))]
      .filter((part) => part !== '')
      .join(' · '),
    usual.longest.length === 0 && blindSince === null && answer.mode === 'home' ? t.nothing : '',
  ]
  return (
    <>
      {lines
        .filter((line) => line !== '')
        .map((line) => (
          <p key={line} class="dim">
            {line}
          </p>
        ))}
      <Chart answer={answer} />
    </>
  )
}

function Chart(props: ChartProps) {
  const drawn = useSignal<ComponentType<ChartProps> | null>(null)
  useEffect(() => {
    void part(() => import('./chart.tsx')).then((module) => {
      if (!module) return
      drawn.value = module.SilenceChart
    })
  }, [drawn])
  const Drawn = drawn.value
  return Drawn ? <Drawn {...props} /> : null
}
