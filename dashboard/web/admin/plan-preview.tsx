/** Who would be told by a press now, in the order of the calls, and why a plan would not be taken. */
import type { PlanPreview } from '../../contracts.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'

type Call = PlanPreview['calls'][number]

export function Preview({ seen }: { seen: PlanPreview | null }) {
  const t = words.value.planning
  if (!seen) return <p class="dim">{words.value.admin.loading}</p>
  return (
    <div class="preview">
      <Verdict problem={seen.problem} />
      <table>
        <TableHead columns={[t.when, t.who, t.way, t.part]} />
        <tbody>
          {seen.calls.map((call, index) => (
            <CallRow key={`${index} ${call.contactId}`} call={call} isFirst={isFirst(seen.calls, index)} repeats={seen.repeatSeconds} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Verdict({ problem }: Pick<PlanPreview, 'problem'>) {
  const t = words.value.planning
  if (!problem) return <p class="verdict good">{t.ok}</p>
  return (
    <p class="verdict bad" role="alert">
      <b>{t.problem(problem.step)}</b> {refusalText(problem)}
    </p>
  )
}

/** The moment is written once for all calls that share it. */
const isFirst = (calls: readonly Call[], index: number) => {
  const [call, above] = [calls[index], calls[index - 1]]
  return !above || above.afterSeconds !== call?.afterSeconds || above.again !== call.again
}

function CallRow({ call, isFirst, repeats }: { call: Call; isFirst: boolean; repeats: number }) {
  const t = words.value.planning
  const when = call.again ? t.repeats(secondsText(repeats)) : call.afterSeconds === 0 ? t.atOnce : t.after(secondsText(call.afterSeconds))
  return (
    <tr class={[call.again ? 'again' : '', isFirst ? 'first' : ''].join(' ')}>
      <td class="nowrap">{isFirst ? when : ''}</td>
      <td>{whoText(call)}</td>
      <td>{wayText(call)}</td>
      <td>{t.parts[call.part]}</td>
    </tr>
  )
}

function whoText({ person, contactId, channel, label }: Call): string {
  const t = words.value.planning
  if (contactId === null) return t.channels[channel] ?? channel
  const [relation = ''] = /^[a-z-]+/.exec(label) ?? []
  if (person !== '') return `${words.value.recipients[relation] ?? ''} ${person}`.trim()
  return t.places[contactId] ?? contactId
}

function wayText({ contactId, ways, channel }: Call) {
  const t = words.value.planning
  if (contactId === null) return ''
  if (ways === null) return contactId === '@duty' ? `${t.channels[channel] ?? channel} · ${t.byRota}` : (t.channels[channel] ?? channel)
  if (ways.length === 0) return <strong class="bad">{t.nobodyReached}</strong>
  return ways.map((way) => t.channels[way] ?? way).join(' → ')
}

/** 90 秒, 2 分钟: round minutes as minutes. */
const secondsText = (n: number): string => (n >= 120 && n % 60 === 0 ? words.value.minutes(n / 60) : words.value.seconds(n))
