/** A device that comes and goes is one trouble, not one alarm for each coming and going; when it is gone for good, that is said all the same. */
import type { Alarm } from '../../domain/alarm.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { hours, minutes } from '../../domain/time.ts'
import { numbersById } from '../silence/register.ts'
import type { Moment } from './listening.ts'
import type { Watch } from './watch.ts'

/** Silent for the third time within so long: it flaps. */
const fallsWithin = hours(6)
const fallsMost = 3
/** While it flaps, only a silence of so long is told on its own: it does not come back any more. */
const goneAfter = minutes(30)
/** Neither gone nor back for so long: it is calm again. */
const calmAfter = hours(6)

type Troubled = Extract<CareEventDraft, { kind: 'device-troubled' }>
type Flap = {
  number: number
  /** When it fell silent, by the monotonic clock. */
  falls: number[]
  changedAt: number
  isDown: boolean
  /** The silence that is not told yet, because it flaps. */
  held: { draft: Troubled; at: number } | null
  /** What was told of it; null: nothing yet. */
  told: Pick<Troubled, 'subjectId' | 'siteId' | 'deviceId'> | null
}

export type Flapping = {
  /** The drafts of this second, with those of flapping devices drawn together. */
  calm(drafts: readonly CareEventDraft[], moment: Moment): CareEventDraft[]
}

/** `alarms`: the open ones, so that a restart does not tell again what flaps. */
export function openFlapping(watch: Watch, alarms: readonly Alarm[]): Flapping {
  const flaps = new Map<string, Flap>()
  adopt(watch, flaps, alarms)
  return {
    calm(drafts, moment) {
      const kept = drafts.flatMap((draft) => {
        if (draft.kind === 'device-troubled' && draft.reason === 'device-silent') return fall(watch, flaps, { draft, moment })
        if (draft.kind === 'condition-cleared' && draft.reason === 'device-silent' && rise(flaps, draft.deviceId, moment)) return []
        return [draft]
      })
      return [...kept, ...tend(watch, flaps, moment)]
    },
  }
}

function fall(watch: Watch, flaps: Map<string, Flap>, { draft, moment }: { draft: Troubled; moment: Moment }): CareEventDraft[] {
  const { deviceId } = draft
  if (deviceId === null) return [draft]
  const flap = flaps.get(deviceId) ?? newFlap(numberOf(watch, deviceId), moment.elapsed)
  flaps.set(deviceId, flap)
  // Said again because somebody closed it although it is silent: no new fall.
  if (flap.isDown && !flap.held) return [draft]
  const falls = [...flap.falls.filter((at) => moment.elapsed - at < fallsWithin), moment.elapsed]
  Object.assign(flap, { falls, isDown: true, changedAt: moment.elapsed })
  if (!flap.told && falls.length < fallsMost) return [draft]
  flap.held = { draft, at: moment.elapsed }
  if (flap.told) return []
  flap.told = { subjectId: draft.subjectId, siteId: draft.siteId, deviceId }
  watch.silence.flapping.add(flap.number)
  const detail = { ...draft.detail, falls: falls.length }
  return [{ ...draft, reason: 'device-flapping', causeId: `flapping:${deviceId}:${moment.now}`, detail }]
}

/** True when its return is nobody's news: its silence was not told. */
function rise(flaps: Map<string, Flap>, deviceId: string | null, { elapsed }: Moment): boolean {
  const flap = flaps.get(deviceId ?? '')
  if (!flap) return false
  const isHeld = flap.held !== null
  Object.assign(flap, { held: null, isDown: false, changedAt: elapsed })
  return isHeld
}

function tend(watch: Watch, flaps: Map<string, Flap>, moment: Moment): CareEventDraft[] {
  const drafts: CareEventDraft[] = []
  for (const [deviceId, flap] of flaps) {
    if (flap.held && moment.elapsed - flap.held.at >= goneAfter) {
      drafts.push({ ...flap.held.draft, at: moment.now })
      flap.held = null
    }
    if (moment.elapsed - flap.changedAt < calmAfter) continue
    flaps.delete(deviceId)
    watch.silence.flapping.delete(flap.number)
    if (flap.told) drafts.push({ kind: 'condition-cleared', ...flap.told, at: moment.now, reason: 'device-flapping' })
  }
  return drafts
}

const newFlap = (number: number, changedAt: number): Flap => ({
  ...{ number, falls: [], changedAt, isDown: false, held: null, told: null },
})

function numberOf({ announced }: Watch, deviceId: string): number {
  for (const [number, told] of announced) if (told.deviceId === deviceId) return number
  return 0
}

function adopt({ silence }: Watch, flaps: Map<string, Flap>, alarms: readonly Alarm[]): void {
  const open = alarms.filter(({ state, reason }) => state !== 'resolved' && reason === 'device-flapping')
  if (open.length === 0) return
  const numbers = numbersById(silence.devices.ids)
  for (const { subjectId, siteId, causes } of open) {
    const deviceId = causes[0]?.deviceId
    if (!deviceId) continue
    const number = numbers.get(deviceId) ?? 0
    flaps.set(deviceId, { ...newFlap(number, 0), told: { subjectId, siteId, deviceId } })
    silence.flapping.add(number)
  }
}
