/** Looks for a new version of the screens and loads it when that hurts nobody; once a night the page is loaded anew in any case. */
import { signal } from '@preact/signals'
import { elapsed, every } from '../shared/clock.ts'
import { shortTime } from '../shared/format.ts'
import * as desk from './desk.ts'
import { reloadPlan } from './reload-plan.ts'

export const newVersion = signal(false)
const lookEveryMs = 60_000
const script = /\/assets\/index-[\w-]+\.js/

/** The name of the script holds a hash of all that was built. */
const scriptOf = (html: string): string => script.exec(html)?.[0] ?? ''
const ours = (): string => [...document.scripts].map(({ src }) => scriptOf(src)).find((name) => name !== '') ?? ''

async function look(): Promise<void> {
  try {
    const answer = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(8_000) })
    const theirs = answer.ok ? scriptOf(await answer.text()) : ''
    newVersion.value = theirs !== '' && ours() !== '' && theirs !== ours()
  } catch {
    return // away: looked for again in a minute
  }
}

export function pagePlan(): ReturnType<typeof reloadPlan> {
  return reloadPlan({
    newVersion: newVersion.value,
    minute: shortTime(desk.now.peek(), { language: 'en', timeZone: desk.siteZone.peek() }),
    reloadAt: desk.picture.value.reloadAt,
    upMs: elapsed(),
    urgentOpen: desk.queue.value.some(({ alarm }) => alarm.priority === 1),
    busy: desk.dialog.value !== 'none',
    onDuty: desk.onDuty.value,
    soundNeedsPerson: desk.soundNeedsPerson.value,
  })
}

export const reloadNow = (): void => location.reload()

/** Returns what stops it. A new connection often is a new server, so it looks then too. */
export function startReload(): () => void {
  const stops = [
    every(lookEveryMs, () => void look()),
    every(10_000, () => {
      if (!desk.stale.peek() && pagePlan() === 'reload') reloadNow()
    }),
    desk.connection.subscribe((count) => {
      if (count > 1) void look()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
