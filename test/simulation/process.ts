/** One run of the platform in the town: the real desk, timekeeper, outbox, audit and watch over silence, on a disk that outlives it. */
import { startAudit } from '../../alerts/audit.ts'
import type { Channel, Letter, Sent } from '../../alerts/channels/channel.ts'
import { startCheckpoints } from '../../alerts/checkpoint.ts'
import { openDesk } from '../../alerts/desk.ts'
import { alsoToDuty } from '../../alerts/duty/to-duty.ts'
import { openInactivity } from '../../alerts/inactivity.ts'
import { startOutbox } from '../../alerts/outbox.ts'
import { openSilence } from '../../alerts/silence.ts'
import { openSilenceWatch } from '../../alerts/supervision/loop.ts'
import { openSupervision } from '../../alerts/supervision.ts'
import { startTimekeeper } from '../../alerts/timekeeper.ts'
import { openLocalBus } from '../../bus/bus.ts'
import type { AlarmKind } from '../../domain/alarm.ts'
import type { Site } from '../../domain/people.ts'
import { usualReach } from '../../domain/reach.ts'
import { before, days, milliseconds } from '../../domain/time.ts'
import { type RegisterPage, type RegisterStore, StoreTrouble, type User } from '../../store/store.ts'
import { channels, type Illness } from './acts.ts'
import { type DiskMood, type Fate, openMemoryStore } from './memory-store.ts'
import type { Body, Process, World } from './parts.ts'
import { devices, planFor, residents } from './town.ts'

const waysToPeople = channels.filter((name) => name !== 'siren')
const people = {
  reach: async (personId: string) => ({ ...usualReach(personId), day: waysToPeople, night: waysToPeople }),
  zoneOf: async () => 'Asia/Shanghai',
}
const never = new Promise<never>(() => {})

/** Opens everything on what the disk holds. Throws StoreTrouble while the disk does not answer. */
export async function openProcess(world: World, body: Body): Promise<Process> {
  const { clock } = body
  const mood = moodOf(world, body)
  const store = openMemoryStore({ disk: world.disk, mood, lying: world.lying })
  if (world.lying) clock.every(milliseconds(5_000), store.flush)
  const log = (level: string, message: string) => void (level === 'error' && world.complaints.push(message))
  const registers = registersOf(world, mood)
  const bus = openLocalBus((error) => world.mistakes.push(`A listener threw: ${String(error)}`))
  const directory = { planFor: async (subject: string, _site: string, kind: AlarmKind) => planFor(kind, subject) }
  const onBroken = (error: unknown) => void world.mistakes.push(`The engine threw: ${String(error)}`)
  const desk = openDesk({ store: world.mutate(store), directory, bus, clock, log, onBroken })
  const at = clock.now()
  const pages = [...world.pages.values()]
  const openAlarms = await store.openAlarms('all')
  const closedLately = await store.resolvedSince('all', before(at, days(3)), 10_000)
  const silence = openSilence({ devices, residents, pages, at })
  const supervision = openSupervision({ silence, alarms: openAlarms })
  const inactivity = openInactivity({ silence, alarms: [...openAlarms, ...closedLately], zoneOf: () => 'Asia/Shanghai', at })
  const { supervise } = openSilenceWatch({ supervision, inactivity, bus, clock, log })
  startTimekeeper({ store, desk, clock, log, supervise })
  startCheckpoints({ silence, registers, clock, log })
  startOutbox({ store, channels: channelsOf(world, body), people, bus, clock, log })
  const audit = startAudit({ store, clock, log })
  return { desk, silence, audit, startedAt: clock.elapsed() }
}

function moodOf(world: World, body: Body): DiskMood {
  const { trouble, clock } = world
  const patience = async () => {
    if (body.dead) await never
    if (trouble.slowUntil > clock.elapsed()) await new Promise<void>((resolve) => body.clock.later(milliseconds(trouble.slowBy), resolve))
    if (body.dead) await never
  }
  return {
    async read() {
      await patience()
      if (trouble.readsFail && trouble.failsUntil > clock.elapsed()) throw new StoreTrouble('io-error', 'The disk does not answer.')
    },
    async sync(): Promise<Fate> {
      await patience()
      if (trouble.nextCrash !== null) {
        const { when, seconds } = trouble.nextCrash
        trouble.nextCrash = null
        world.crash(seconds)
        return when
      }
      return trouble.failsUntil > clock.elapsed() ? 'failed' : 'durable'
    },
  }
}

function registersOf(world: World, mood: DiskMood): RegisterStore {
  return {
    loadPages: async (register) => [...world.pages.values()].filter((page) => page.register === register),
    async savePages(pages: readonly RegisterPage[]) {
      await mood.read()
      if (world.trouble.failsUntil > world.clock.elapsed()) throw new StoreTrouble('disk-full', 'The disk is full.')
      for (const page of pages) world.pages.set(`${page.register} ${page.page}`, page)
    },
  }
}

/** The siren is a place; the others reach people, and whoever is on duty through the real rota. */
function channelsOf(world: World, body: Body): readonly Channel[] {
  const site = { timeZone: 'Asia/Shanghai' } as Site
  const weekdays = [1, 2, 3, 4, 5, 6, 7]
  const shift = { id: 'all-day', siteId: 'site-a', name: 'all day', weekdays, from: 0, until: 0, firstDay: '', lastDay: '' }
  const duty = { shifts: async () => [{ ...shift, personIds: world.onDuty }], exceptions: async () => [] }
  const user = async (id: string): Promise<User> => ({
    id,
    name: id,
    displayName: id,
    role: 'operator',
    siteIds: ['site-a'],
    disabled: false,
  })
  const needs = { duty, directory: { site: async () => site }, accounts: { user } }
  const toDuty = alsoToDuty(
    { ...needs, clock: body.clock },
    channels.map((name) => channelOf(world, body, name)),
  )
  return toDuty.map((channel) => ({
    ...channel,
    send: async (letter, signal) => noted(world, { letter, channel }, await channel.send(letter, signal)),
  }))
}

function noted({ refused }: World, { letter, channel }: { letter: Letter; channel: Channel }, sent: Sent): Sent {
  if (sent.outcome === 'refused') refused.add(`${letter.id} ${channel.name}`)
  return sent
}

function channelOf(world: World, body: Body, name: string): Channel {
  const { trouble, clock } = world
  const illness = (): Illness | null => {
    const ill = trouble.channels.get(name)
    return ill && ill.until > clock.elapsed() ? ill.how : (trouble.dead.get(name) ?? null)
  }
  return {
    name,
    ...(name !== 'siren' && { reaches: async ({ recipient }: Letter) => recipient.contactId !== null }),
    async send(letter, signal): Promise<Sent> {
      const ill = name === 'siren' && world.mute ? 'silent' : illness()
      if (ill === null) arrive(world, letter, name)
      if (ill === null || ill === 'silent') return { outcome: 'delivered', why: '' }
      if (ill === 'throws') throw new Error('A channel must not throw, but this one does.')
      if (ill !== 'hangs') return { outcome: ill, why: 'The provider says no.' }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      if (body.dead) await never
      return { outcome: 'retry', why: 'No answer.' }
    },
  }
}

/** Where a telephone is off nobody hears it, whatever the provider says. */
function arrive({ arrived, phonesOff, clock }: World, { id, alarmId, recipient }: Letter, channel: string): void {
  const to = recipient.contactId
  const step = Number(id.slice(alarmId.length + 1).split('/')[0])
  if (to === null || !phonesOff.has(to)) arrived.push({ alarmId, step, to, channel, at: clock.elapsed() })
}
