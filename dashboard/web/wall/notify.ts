/** Tells of a new urgent alarm outside the page while the page is hidden: what and where, never who. */
import { words } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import type { OpenWallAlarm } from './picture.ts'
import { whatOf, wholeAddressOf } from './say.ts'

/** Asked with the click that begins the watch: browsers want a gesture for it. */
export function askToNotify(): void {
  if (typeof Notification !== 'undefined' && Notification.permission === 'default') void Notification.requestPermission().catch(() => {})
}

const told = new Set<string>()
const toldMost = 1_000

/** Called whenever something rings. Each press is told once. */
export function notifyHidden(): void {
  if (!desk.onDuty.peek() || typeof Notification === 'undefined') return
  for (const { key, alarmId, priority } of desk.ringing.peek()) {
    if (priority === 3 || told.has(key)) continue
    if (told.size > toldMost) told.clear()
    told.add(key)
    const wall = desk.picture.peek().alarms.get(alarmId)
    // Only then: whether it is allowed is asked of another process, which takes milliseconds.
    if (document.hidden && wall && Notification.permission === 'granted') show(wall)
  }
}

function show(wall: OpenWallAlarm): void {
  const { id } = wall.alarm
  const shown = new Notification(`${words.value.product} · ${whatOf(wall.alarm)}`, {
    body: wholeAddressOf(wall.place),
    tag: id,
    requireInteraction: true,
  })
  shown.onclick = () => {
    window.focus()
    desk.choose(id)
    shown.close()
  }
}
