/** How this relative is reached about this elder: ways by day and night, quiet hours, the daily message, number and name. Each form sends the whole. */
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { ElderToday, FamilyReach, FamilyReachChange } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { BackTitle, Choice, Field, Said, type Saying } from '../parts.tsx'
import { loadToday } from '../state.ts'
import { minuteOf, timeText } from '../time.ts'
import { more } from '../words/more.ts'
import { refusalText, words } from '../words/words.ts'
import { learnReach, loadReach, reaches } from './daily-card.tsx'

type Draft = Signal<FamilyReach>
type FormProps = { elder: ElderToday; title: string; children: (draft: Draft) => ComponentChildren }

/** Reads what was said, shows the form, sends it back. */
function ReachForm({ elder, title, children }: FormProps) {
  const trouble = useSignal('')
  // Each form sends the whole: it begins with what stands now, not with what was read some time ago.
  const readOf = useSignal('')
  const load = async () => {
    const isRead = await loadReach(elder.residentId)
    trouble.value = isRead ? '' : (words.value.refusals.unreachable ?? '')
    if (isRead) readOf.value = elder.residentId
  }
  useEffect(() => void load(), [elder.residentId])
  const reach = readOf.value === elder.residentId ? reaches.value[elder.residentId] : undefined
  return (
    <>
      <BackTitle title={title} to="/settings" />
      <main>
        {!reach && <p class="card said">{trouble.value || words.value.loading}</p>}
        {!reach && trouble.value !== '' && (
          <button type="button" class="b" onClick={() => void load()}>
            {words.value.again}
          </button>
        )}
        {reach && (
          <Form key={elder.residentId} reach={reach}>
            {children}
          </Form>
        )}
      </main>
    </>
  )
}

function changeOf({ phone, email, language, subject, timeZone, day, night, nightHours, quiet, dailyAt }: FamilyReach): FamilyReachChange {
  return { phone: phone.trim(), email: email.trim(), language, subject: subject.trim(), timeZone, day, night, nightHours, quiet, dailyAt }
}

function Form({ reach, children }: { reach: FamilyReach; children: FormProps['children'] }) {
  const draft = useSignal(reach)
  const said = useSignal<Saying>(null)
  const isBusy = useSignal(false)
  const save = async (event: Event) => {
    event.preventDefault()
    isBusy.value = true
    const answer = await ask.changeReach(reach.residentId, changeOf(draft.value))
    isBusy.value = false
    said.value = answer.ok ? { ok: true, text: words.value.saved } : { ok: false, text: refusalText(answer.refused) }
    if (!answer.ok) return
    draft.value = answer.value
    learnReach(answer.value)
    await loadToday()
  }
  const forgetSaid = () => {
    said.value = null
  }
  return (
    <form class="stack" onSubmit={(event) => void save(event)} onInput={forgetSaid}>
      {children(draft)}
      <Said said={said.value} />
      <button type="submit" class="b main" disabled={isBusy.value}>
        {isBusy.value ? words.value.working : words.value.save}
      </button>
    </form>
  )
}

const set = (draft: Draft, change: Partial<FamilyReach>): void => {
  draft.value = { ...draft.value, ...change }
}

type SpanProps = { label: string; from: number; until: number; onSpan: (span: { from: number; until: number }) => void }

function Span({ label, from, until, onSpan }: SpanProps) {
  const { settings: said } = more.value
  return (
    <fieldset>
      <legend>{label}</legend>
      <div class="span">
        <input
          type="time"
          required
          aria-label={label}
          value={timeText(from)}
          onInput={(event) => onSpan({ from: minuteOf(event.currentTarget.value || '00:00'), until })}
        />
        <span>{said.to}</span>
        <input
          type="time"
          required
          aria-label={`${label} ${said.to}`}
          value={timeText(until)}
          onInput={(event) => onSpan({ from, until: minuteOf(event.currentTarget.value || '00:00') })}
        />
      </div>
    </fieldset>
  )
}

/** Touched one after the other: the number says which comes first. */
function Ways({
  label,
  offered,
  chosen,
  onWays,
}: {
  label: string
  offered: readonly string[]
  chosen: readonly string[]
  onWays: (ways: string[]) => void
}) {
  const { channels } = words.value
  const { settings: said } = more.value
  return (
    <fieldset>
      <legend>{label}</legend>
      <div class="choices long">
        {offered.map((channel) => {
          const place = chosen.indexOf(channel)
          return (
            <Choice
              key={channel}
              type="checkbox"
              on={place >= 0}
              onChoose={(on) => onWays(on ? [...chosen, channel] : chosen.filter((each) => each !== channel))}
            >
              {place >= 0 ? `${said.order(place + 1)} ` : ''}
              {channels[channel] ?? channel}
            </Choice>
          )
        })}
      </div>
    </fieldset>
  )
}

type Props = { elder: ElderToday }

export const WaysSetting = ({ elder }: Props) => (
  <ReachForm elder={elder} title={more.value.settings.ways}>
    {(draft) => {
      const { settings: said } = more.value
      const { offered, day, night, nightHours } = draft.value
      const known = (ways: readonly string[]) => ways.filter((way) => offered.includes(way))
      return (
        <>
          <p class="card said">{said.never}</p>
          <Ways label={said.byDay} offered={offered} chosen={known(day)} onWays={(ways) => set(draft, { day: ways })} />
          <Ways label={said.byNight} offered={offered} chosen={known(night)} onWays={(ways) => set(draft, { night: ways })} />
          <Span label={said.nightHours} {...nightHours} onSpan={(span) => set(draft, { nightHours: span })} />
          <ZoneField draft={draft} elder={elder} />
        </>
      )
    }}
  </ReachForm>
)

function ZoneField({ draft, elder }: { draft: Draft; elder: ElderToday }) {
  const { settings: said } = more.value
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const known = [...new Set([draft.value.timeZone, '', here])].filter((zone) => zone !== elder.timeZone)
  if (known.length < 2) return null
  return (
    <fieldset>
      <legend>{said.zone}</legend>
      <div class="choices long">
        {known.map((zone) => (
          <Choice key={zone} name="zone" on={draft.value.timeZone === zone} onChoose={() => set(draft, { timeZone: zone })}>
            {zone === '' ? said.zoneHers(elder.timeZone) : said.zonePhone(zone)}
          </Choice>
        ))}
      </div>
    </fieldset>
  )
}

const usualQuiet = { from: 22 * 60, until: 7 * 60 }

export const QuietSetting = ({ elder }: Props) => (
  <ReachForm elder={elder} title={more.value.settings.quiet}>
    {(draft) => {
      const { settings: said } = more.value
      const { quiet } = draft.value
      return (
        <>
          <p class="card said">{said.never}</p>
          <Choice type="checkbox" on={quiet !== null} onChoose={(on) => set(draft, { quiet: on ? usualQuiet : null })}>
            {said.quietOn}
          </Choice>
          {quiet && <Span label={said.quiet} {...quiet} onSpan={(span) => set(draft, { quiet: span })} />}
          <p class="dim">{said.quietHint}</p>
          <ZoneField draft={draft} elder={elder} />
        </>
      )
    }}
  </ReachForm>
)

const usualDaily = 8 * 60

export const DailySetting = ({ elder }: Props) => (
  <ReachForm elder={elder} title={more.value.settings.daily}>
    {(draft) => {
      const { settings: said } = more.value
      const { dailyAt } = draft.value
      return (
        <>
          <Choice type="checkbox" on={dailyAt !== null} onChoose={(on) => set(draft, { dailyAt: on ? usualDaily : null })}>
            {said.dailyOn}
          </Choice>
          {dailyAt !== null && (
            <Field
              label={said.dailyAt}
              type="time"
              value={timeText(dailyAt)}
              onText={(text) => set(draft, { dailyAt: minuteOf(text || '00:00') })}
              more={{ required: true }}
            />
          )}
          <ZoneField draft={draft} elder={elder} />
        </>
      )
    }}
  </ReachForm>
)

export const ContactSetting = ({ elder }: Props) => (
  <ReachForm elder={elder} title={more.value.settings.contact}>
    {(draft) => {
      const { settings: said } = more.value
      const { phone, directoryPhone, email, subject, language } = draft.value
      return (
        <>
          <Field
            label={said.subject}
            hint={said.subjectHint}
            value={subject}
            onText={(text) => set(draft, { subject: text })}
            more={{ maxLength: 20 }}
          />
          <Field
            label={said.phone}
            {...(directoryPhone === '' ? {} : { hint: said.phoneHint(directoryPhone) })}
            type="tel"
            value={phone}
            onText={(text) => set(draft, { phone: text })}
            more={{ maxLength: 40, autocomplete: 'tel' }}
          />
          <Field
            label={said.email}
            type="email"
            value={email}
            onText={(text) => set(draft, { email: text })}
            more={{ maxLength: 200, autocomplete: 'email' }}
          />
          <fieldset>
            <legend>{said.languageMine}</legend>
            <div class="choices">
              {(['zh', 'en'] as const).map((each) => (
                <Choice key={each} name="language" on={language === each} onChoose={() => set(draft, { language: each })}>
                  {each === 'zh' ? said.zhName : said.enName}
                </Choice>
              ))}
            </div>
          </fieldset>
        </>
      )
    }}
  </ReachForm>
)
