/** The alarm place: the alarm that is open, else that there is none (or that nobody knows), and the earlier ones. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ElderToday, FamilyHistory } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { Sign } from '../icons.tsx'
import { isLost, isStale, whoOf } from '../state.ts'
import { words } from '../words/words.ts'
import { AlarmPage } from './alarm.tsx'
import { AlarmList } from './history.tsx'

export function AlarmsPage({ elder }: { elder: ElderToday }) {
  if (elder.alarm) return <AlarmPage id={elder.alarm.id} />
  return <NoAlarm elder={elder} />
}

function NoAlarm({ elder }: { elder: ElderToday }) {
  const { alarm: said } = words.value
  const read = useSignal<FamilyHistory | null>(null)
  useEffect(() => {
    void ask.history(elder.residentId).then((answer) => {
      read.value = answer.ok ? answer.value : null
    })
  }, [elder.residentId])
  const nobodyKnows = isStale.value || isLost.value
  return (
    <>
      <section class={nobodyKnows ? 'hero gone' : 'hero'}>
        <div class="answer">
          <Sign name={nobodyKnows ? 'unknown' : 'well'} />
          <h2>{nobodyKnows ? words.value.today.stale : said.none}</h2>
        </div>
        <p>{nobodyKnows ? said.noneStale : said.noneMore(whoOf(elder))}</p>
      </section>
      {read.value && <AlarmList alarms={read.value.alarms} timeZone={read.value.timeZone} />}
    </>
  )
}
