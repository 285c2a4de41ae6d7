/** Out, in hospital, guests, travelling: told to the platform with an end, in the clock of the home. */
import { type Signal, useSignal } from '@preact/signals'
import { type Mode, modes } from '../../../../domain/people.ts'
import { type Instant, instant } from '../../../../domain/time.ts'
import type { ElderToday } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { later } from '../clock.ts'
import { BackTitle, Choice, Field, Said, type Saying } from '../parts.tsx'
import { elders, loadToday, serverNow } from '../state.ts'
import { dayTime, localOf, momentOf } from '../time.ts'
import { more } from '../words/more.ts'
import { refusalText, words } from '../words/words.ts'
import { whereOf } from './today.tsx'

const hour = 3_600_000
/** How long it usually is, to begin with. */
const usual: Readonly<Record<Mode, number>> = { home: 0, away: 4 * hour, guest: 24 * hour, hospital: 7 * 24 * hour, holiday: 7 * 24 * hour }
const longest = 180 * 24 * hour

/** The platform's watch over silence hears of the change a second or two later than this answer. */
async function readUntilSeen(residentId: string, mode: Mode, tries = 5): Promise<void> {
  await loadToday()
  const isSeen = elders.value.some((each) => each.residentId === residentId && each.mode === mode)
  if (!isSeen && tries > 1) later(1_000, () => void readUntilSeen(residentId, mode, tries - 1))
}

const endOf = (mode: Mode, timeZone: string): string => localOf(serverNow.value + usual[mode], timeZone)

export function AwayPage({ elder }: { elder: ElderToday }) {
  const { away } = more.value
  const { modes: names, working } = words.value
  const where = whereOf(elder)
  const mode = useSignal<Mode>(elder.mode)
  const until = useSignal(elder.modeUntil === null ? endOf(elder.mode, elder.timeZone) : localOf(elder.modeUntil, elder.timeZone))
  const said = useSignal<Saying>(null)
  const isBusy = useSignal(false)
  const at = (moment: Instant | null) => (moment === null ? '' : dayTime(moment, serverNow.value, where))
  const save = async (event: Event) => {
    event.preventDefault()
    const end = mode.value === 'home' ? null : momentOf(until.value, elder.timeZone)
    if (mode.value !== 'home' && (end === null || end <= serverNow.value || end > serverNow.value + longest)) {
      said.value = { ok: false, text: away.past }
      return
    }
    isBusy.value = true
    const answer = await ask.mode(elder.residentId, { mode: mode.value, until: end === null ? null : instant(end) })
    isBusy.value = false
    said.value = answer.ok
      ? { ok: true, text: away.done(names[answer.value.mode], at(answer.value.modeUntil)) }
      : { ok: false, text: refusalText(answer.refused) }
    if (answer.ok) await readUntilSeen(elder.residentId, answer.value.mode)
  }
  return (
    <>
      <BackTitle title={away.title} to="/" />
      <main>
        <p class="card said">{away.lead}</p>
        <p class="state">
          <i />
          <span>{away.now(names[elder.mode], at(elder.modeUntil))}</span>
        </p>
        <form class="stack" onSubmit={(event) => void save(event)}>
          <Choosing
            mode={mode}
            until={until}
            elder={elder}
            onChange={() => {
              said.value = null
            }}
          />
          <Said said={said.value} />
          <button type="submit" class="b main" disabled={isBusy.value}>
            {isBusy.value ? working : away.save}
          </button>
        </form>
      </main>
    </>
  )
}

type ChoosingProps = { mode: Signal<Mode>; until: Signal<string>; elder: ElderToday; onChange: () => void }

function Choosing({ mode, until, elder, onChange }: ChoosingProps) {
  const { away } = more.value
  return (
    <>
      <fieldset>
        <legend>{away.what}</legend>
        <div class="choices long">
          {modes.map((each) => (
            <Choice
              key={each}
              name="mode"
              on={mode.value === each}
              onChoose={() => {
                mode.value = each
                until.value = endOf(each, elder.timeZone)
                onChange()
              }}
            >
              {away.choices[each]}
            </Choice>
          ))}
        </div>
      </fieldset>
      {mode.value !== 'home' && (
        <Field
          label={`${away.until} · ${away.zone}`}
          hint={away.untilHint}
          type="datetime-local"
          value={until.value}
          onText={(text) => {
            until.value = text
          }}
          more={{ required: true, min: localOf(serverNow.value, elder.timeZone) }}
        />
      )}
    </>
  )
}
