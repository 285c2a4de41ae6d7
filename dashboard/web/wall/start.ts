/** Joins the parts of a running wall: the link, the pulse, the card of the chosen alarm, the title, the sound. */
import { effect, untracked } from '@preact/signals'
import { later, localNow } from '../shared/clock.ts'
import { words } from '../shared/i18n/i18n.ts'
import { route } from '../shared/route.ts'
import { fetchCard } from './acts.ts'
import { keepAwake } from './awake.ts'
import { startCallBacks } from './call-backs.tsx'
import * as desk from './desk.ts'
import { startLive, watchLink } from './live.ts'
import { startPulse } from './pulse.ts'
import { alarmNamed } from './queue.ts'
import { startReload } from './reload.ts'
import { soundNow, tryUnlocked, watchSound } from './sound.ts'
import { startSweeps } from './sweep-state.ts'

/** How often the open card is fetched again although no fact came: calls go out and are answered without one. */
const cardEveryMs = 8_000

/** Starts everything; returns what stops it. */
export function startWall(): () => void {
  let cardAt = 0
  const pulse = () => {
    watchLink()
    // Once a second, half of it dim: what nobody has yet.
    document.documentElement.classList.toggle('blink')
    showSecond()
    const id = desk.selectedId.value
    if (id && localNow() - cardAt > cardEveryMs && !desk.stale.value) {
      cardAt = localNow()
      void fetchCard(id)
    }
    watchSound()
    soundNow()
  }
  const stops = [
    startLive(),
    startCallBacks(),
    startReload(),
    keepAwake(),
    startSweeps(),
    startPulse(pulse),
    effect(() => {
      // A new fact of the chosen alarm is a new object: fetch its card again.
      const chosen = desk.selected.value
      cardAt = localNow()
      untracked(() => showCardOf(chosen?.alarm.id ?? null))
    }),
    // A message to the centre leads to its alarm.
    effect(() => {
      const named = alarmNamed(route.value)
      untracked(() => desk.choose(named))
    }),
    effect(() => {
      // A new press is heard at once, not at the next pulse.
      if (desk.ringing.value.length > 0) untracked(soundNow)
    }),
    effect(titleSoon),
  ]
  tryUnlocked()
  return () => {
    for (const stop of stops) stop()
  }
}

/** Timers show seconds: every card is drawn anew once a second, not with every beat of the pulse. */
function showSecond(): void {
  const now = desk.serverNow()
  if (Math.floor(now / 1_000) !== Math.floor(desk.now.peek() / 1_000)) desk.now.value = now
}

function showCardOf(id: string | null): void {
  if (desk.card.value?.alarm.id !== id) desk.card.value = null
  // The card of the queue comes first; the address stands on it already.
  if (id) later(0, () => void fetchCard(id))
}

let titleWaits = false
/** The card comes first; what stands on the tab of the browser may follow a little later. */
function titleSoon(): void {
  const title = titleNow()
  if (title === document.title || titleWaits) return
  titleWaits = true
  later(titleWithinMs, () => {
    titleWaits = false
    showTitle()
  })
}
const titleWithinMs = 250

function titleNow(): string {
  const n = desk.unanswered.value
  return `${n > 0 ? `(${n}) ` : ''}${words.value.product} · ${words.value.wall.title}`
}

function showTitle(): void {
  const n = desk.unanswered.peek()
  document.title = titleNow()
  const icon = document.getElementById('icon')
  const picture = n > 0 ? '/bell-alarm.svg' : '/bell.svg'
  // Even the same picture would be fetched again.
  if (icon && icon.getAttribute('href') !== picture) icon.setAttribute('href', picture)
}
