/** The live line: news at once while the page is open, a fresh reading every minute, and a quick one when the line is down. */
import type { FamilyNews, PushTest } from '../../contracts-family.ts'
import { every, localNow } from './clock.ts'
import { alarms, door, isLive, isLost, loadAlarm, loadMe, loadToday, pushTest, today } from './state.ts'

/** The server says something every 15 s. */
const deadAfterMs = 40_000
const lookEveryMs = 5_000
const readEveryMs = 60_000
const readWhenLostMs = 10_000

let line: EventSource | null = null
let heardAt = 0
let askedAt = 0

/** Reads anew what is shown. */
export async function refresh(): Promise<void> {
  askedAt = localNow()
  const asked = [loadToday(), ...openAlarms().map(loadAlarm)]
  if (door.value === 'opening' || isLost.value) asked.push(loadMe())
  await Promise.all(asked)
}

/** Alarms that this telephone has read and that may still change. */
const openAlarms = (): string[] =>
  Object.values(alarms.value)
    .filter(({ value }) => value.state !== 'resolved')
    .map(({ value }) => value.id)

const onNews: Readonly<Record<string, (data: string) => void>> = {
  hello: () => void refresh(),
  alarm: (data) => {
    const { alarmId } = JSON.parse(data) as FamilyNews
    void loadToday()
    void loadAlarm(alarmId)
  },
  today: () => void loadToday(),
  test: (data) => {
    pushTest.value = JSON.parse(data) as PushTest
  },
  ended: () => void loadMe().then(loadToday),
  beat: () => {},
}

function connect(): void {
  line?.close()
  heardAt = localNow()
  const opened = new EventSource('/api/family/live')
  line = opened
  for (const [kind, take] of Object.entries(onNews)) {
    opened.addEventListener(kind, (event) => {
      if (line !== opened) return
      heardAt = localNow()
      isLive.value = true
      take(String((event as MessageEvent).data))
    })
  }
  opened.onerror = () => {
    if (line === opened) isLive.value = false
  }
}

function look(): void {
  if (door.value === 'not-joined') {
    hangUp()
    return
  }
  const quiet = localNow() - heardAt
  if (quiet > deadAfterMs || quiet < -deadAfterMs) isLive.value = false
  if (!line || line.readyState === EventSource.CLOSED || quiet > deadAfterMs) connect()
  const age = localNow() - Math.max(today.value?.at ?? 0, askedAt)
  if (age < 0 || age >= (isLost.value ? readWhenLostMs : readEveryMs)) void refresh()
}

function hangUp(): void {
  line?.close()
  line = null
  isLive.value = false
}

/** The telephone woke up, or found a network: ask at once instead of waiting. */
function wake(): void {
  if (document.visibilityState === 'hidden' || door.value === 'not-joined') return
  void refresh()
  if (!isLive.value || localNow() - heardAt > 20_000) connect()
}

let hasStarted = false

/** Begins to listen, after joining or at the start; a telephone that joins one elder more connects anew. */
export function startLive(): void {
  connect()
  if (hasStarted) return
  hasStarted = true
  every(lookEveryMs, look)
  document.addEventListener('visibilitychange', wake)
  addEventListener('online', wake)
  addEventListener('offline', () => {
    isLive.value = false
    isLost.value = true
  })
}
