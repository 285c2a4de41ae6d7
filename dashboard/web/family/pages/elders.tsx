/** Several elders on one telephone: who they are, each with the sign of today, and the choice of whom the page is about. */
import { Sign } from '../icons.tsx'
import { BackTitle } from '../parts.tsx'
import { go } from '../route.ts'
import { answerOf, signOf } from '../say.ts'
import { choose, elder, elders, isStale, whoOf } from '../state.ts'
import { words } from '../words/words.ts'

export function EldersPage() {
  const { today: said, reasons } = words.value
  return (
    <>
      <BackTitle title={words.value.whom} to="/" />
      <main>
        {elders.value.map((each) => {
          const answered = answerOf(each, isStale.value)
          const text =
            answered === 'alarm' ? each.alarm && reasons[each.alarm.reason] : answered === 'away' ? said.away[each.mode] : said[answered]
          return (
            <button
              key={each.residentId}
              type="button"
              class={each === elder.value ? 'person on' : 'person'}
              aria-pressed={each === elder.value}
              onClick={() => {
                choose(each.residentId)
                go('/')
              }}
            >
              <Sign name={signOf(answered, each.alarm)} />
              <span>
                <b>{whoOf(each)}</b>
                {each.subject !== '' && each.subject !== each.name && <span class="dim"> {each.name}</span>}
                <small>{text}</small>
              </span>
            </button>
          )
        })}
      </main>
    </>
  )
}
