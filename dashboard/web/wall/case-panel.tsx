/** The open case: what, where, who, what to do, how to get in, what could be wrong. Nothing here needs a scroll. */
import type { AlarmCard } from '../../contracts.ts'
import { plans } from '../maps/api.ts'
import { SitePlanCard } from '../maps/card.tsx'
import { words } from '../shared/i18n/i18n.ts'
import { Actions, Refusal, Results } from './case-actions.tsx'
import { Entry, HomesOfArea, Just, Medical } from './case-cards.tsx'
import { FlatPlan } from './case-flat.tsx'
import { CaseHead } from './case-head.tsx'
import { Contacts, Earlier, Log } from './case-lists.tsx'
import { Steps } from './case-steps.tsx'
import * as desk from './desk.ts'
import { showsHistory } from './history-choice.tsx'
import { HistoryTab } from './history-tab.tsx'
import { SilenceBox } from './silence/box.tsx'

export function CasePanel() {
  const wall = desk.selected.value
  if (!wall) return null
  const card = desk.card.value?.alarm.id === wall.alarm.id ? desk.card.value : null
  const classes = `panel case p${wall.alarm.priority} ${wall.alarm.state}`
  return (
    <section class={classes} id="case" tabIndex={-1} aria-label={words.value.case.title}>
      <CaseHead wall={wall} />
      <Actions wall={wall} />
      {wall.alarm.kind !== 'technical' && <Results />}
      <Refusal />
      {card ? <Lower card={card} /> : <p class="loading">{words.value.case.loading}</p>}
    </section>
  )
}

/** The card, or the history in its place: what can be done stays above either. */
const Lower = ({ card }: { card: AlarmCard }) =>
  card.card && showsHistory.value ? <HistoryTab residentId={card.card.resident.id} timeZone={card.place.timeZone} /> : <Body card={card} />

/** The live alarm knows it before the card that was fetched a moment ago. */
const isTaken = ({ alarm }: AlarmCard) => desk.selected.value?.alarm.state === 'acknowledged' || alarm.state === 'acknowledged'

/** What the card of a silence must show is the silence. */
const isOfSilence = ({ alarm }: AlarmCard): boolean => alarm.kind === 'silence' || alarm.reason === 'home-unseen'

function Body({ card }: { card: AlarmCard }) {
  return (
    <>
      <div class="three">
        {card.card ? <Entry card={card.card} reach={card.reach} taken={isTaken(card)} /> : <HomesOfArea homes={card.homes} />}
        {card.card && <Medical resident={card.card.resident} />}
        {card.card && (isOfSilence(card) ? <SilenceBox card={card} /> : <Just card={card} />)}
      </div>
      <Where card={card} />
    </>
  )
}

/** Drawings in one half, what is done and written in the other; whom to call stands where there is room. */
function Where({ card }: { card: AlarmCard }) {
  const contacts = card.card && <Contacts card={card.card} reach={card.reach} />
  const earlier = (!card.card || isOfSilence(card)) && <Earlier card={card} />
  const hasPlan = card.place.building !== '' && plans.of(card.place.siteId)?.plan
  return (
    <div class="two">
      <div class="stack">
        <SitePlanCard card={card} />
        <FlatPlan card={card} />
        {!hasPlan && contacts}
        {earlier}
      </div>
      <div class="stack">
        <Steps card={card} />
        {hasPlan && contacts}
        <Log card={card} />
      </div>
    </div>
  )
}
