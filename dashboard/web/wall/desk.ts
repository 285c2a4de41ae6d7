/** The state of the wall as signals: the picture, the choice, the link, the sound. Whoever draws reads here; nobody else keeps state. */
import { batch, computed, signal } from '@preact/signals'
import type { AlarmCard, HomesColumns, Refused } from '../../contracts.ts'
import { localNow } from '../shared/clock.ts'
import { type Homes, noHomes, openHomes } from './homes.ts'
import { emptyPicture, type Picture } from './picture.ts'
import { alarmOfRow, type Choice, queueOf, rowsOf, selectedOf } from './queue.ts'
import { type Heard, isSilenced, nothingHeard, ringingOf } from './sound-plan.ts'

export const picture = signal<Picture>(emptyPicture)
/** The homes change in place; the number says that they did. */
export const homes = signal<Homes>(noHomes)
export const homesChanged = signal(0)
export const choice = signal<Choice>(null)

/** Server time minus ours, from the last beat. */
export const clockOffset = signal(0)
export const serverNow = () => localNow() + clockOffset.peek()
/** Server time, refreshed as each second begins: what every timer on the screen reads. */
export const now = signal(localNow() as number)

export type Link = { state: 'connecting' | 'live' | 'lost'; lastBeatAt: number; silentMs: number; attempts: number }
export const link = signal<Link>({ state: 'connecting', lastBeatAt: 0, silentMs: 0, attempts: 0 })
/** Grows with every connection: a server that restarted has forgotten what we told it. */
export const connection = signal(0)
/** After this long without a beat the screen says that it is old. */
export const staleAfterMs = 5_000

export type SoundState = 'off' | 'running' | 'suspended' | 'none'
export const sound = signal<SoundState>('off')
export const onDuty = signal(false)
/** True where the browser gives no sound without a click: then nobody but a person may load the page anew. */
export const soundNeedsPerson = signal(true)
/** The sites this desk answers for; null: every one it sees. Only these ring here. */
export const ownSites = signal<ReadonlySet<string> | null>(null)
/** Looking on without a watch: no sound, no overlay. */
export const watching = signal(false)
export const heard = signal<Heard>(nothingHeard)
/** Alarms pressed again after somebody took them → the number of presses that rang. */
export const pressedAgain = signal<ReadonlyMap<string, number>>(new Map())

/** Each its own signal, so that news of one thing redraws nothing else: a card that read the whole picture would be drawn with every fact. */
const alarms = computed(() => picture.value.alarms)
export const known = computed(() => picture.value.known)
export const today = computed(() => picture.value.today)
export const devices = computed(() => picture.value.devices)
export const siteCount = computed(() => picture.value.sites.length)
export const queue = computed(() => queueOf(alarms.value.values()))
export const selected = computed(() => selectedOf(queue.value, choice.value))
export const selectedId = computed(() => selected.value?.alarm.id ?? null)
export const rows = computed(() => rowsOf(queue.value, selectedId.value))
export const unanswered = computed(() => queue.value.filter(({ alarm }) => alarm.state === 'raised').length)
export const ringing = computed(() =>
  ringingOf(
    queue.value.map(({ alarm }) => alarm).filter(({ siteId }) => ownSites.value?.has(siteId) ?? true),
    pressedAgain.value,
  ),
)
export const silenced = computed(() => ringing.value.length > 0 && isSilenced(heard.value, ringing.value, now.value))
export const stale = computed(() => link.value.state === 'lost')
/** The zone of the only site, or the browser's own when there are several. */
export const siteZone = computed(() => (picture.value.sites.length === 1 ? (picture.value.sites[0]?.timeZone ?? '') : ''))

export const card = signal<AlarmCard | null>(null)
/** The request under way, and the last refusal: both are shown where the button is. */
export const asking = signal<string | null>(null)
export const refused = signal<Refused | null>(null)

export type Dialog =
  | 'none'
  | 'shift'
  | 'resolve'
  | 'note'
  | 'take-over'
  | 'hand-over'
  | 'send'
  | 'map'
  | 'self-test'
  | 'call-backs'
  | 'sweep'
  | 'shelve'
  | 'help'
  | 'search'
  | 'homes'
  | 'resident'
export const dialog = signal<Dialog>('none')

/** What is typed into the search, from the moment its key was pressed. */
export const searched = signal('')
export function openSearch(): void {
  batch(() => {
    searched.value = ''
    dialog.value = 'search'
  })
}

/** Whose card is open without an alarm. */
export const residentId = signal('')
export function openResident(id: string): void {
  batch(() => {
    residentId.value = id
    dialog.value = 'resident'
  })
}

export function useHomes(columns: HomesColumns): void {
  batch(() => {
    homes.value = openHomes(columns)
    homesChanged.value += 1
  })
}

export function choose(id: string): void {
  if (id === '') return
  batch(() => {
    choice.value = { id, at: serverNow() }
    if (refused.value) refused.value = null
  })
}

export function chooseRow(index: number): void {
  const row = rows.value[index]
  if (row) choose(alarmOfRow(row))
}

/** Forgets that an acknowledged alarm was pressed again: its owner acted. */
export function settle(alarmId: string): void {
  if (!pressedAgain.value.has(alarmId)) return
  pressedAgain.value = new Map([...pressedAgain.value].filter(([id]) => id !== alarmId))
}
