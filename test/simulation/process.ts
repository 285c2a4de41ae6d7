/** One run of the platform in the town: the real desk, timekeeper, outbox, audit and watch over silence, on a disk that outlives it. */
import { startAudit } from '../../alerts/audit.ts'
import type { Channel, Sent } from '../../alerts/channels/channel.ts'
import { startCheckpoints } from '../../alerts/checkpoint.ts'
import { openDesk } from '../../alerts/desk.ts'
import { openInactivity } from '../../alerts/inactivity.ts'
import { startOutbox } from '../../alerts/outbox.ts'
import { openSilence } from '../../alerts/silence.ts'
import { openSilenceWatch } from '../../alerts/supervision/loop.ts'
import { openSupervision } from '../../alerts/supervision.ts'
import { startTimekeeper } from '../../alerts/timekeeper.ts'
import { openLocalBus } from '../../bus/bus.ts'
import { before, days, milliseconds } from '../../domain/time.ts'
import { type RegisterPage, type RegisterStore, StoreTrouble } from '../../store/store.ts'
import { channels } from './acts.ts'
import { type DiskMood, type Fate, openMemoryStore } from './memory-store.ts'
import type { Body, Process, World } from './parts.ts'
import { devices, planFor, residents } from './town.ts'

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
  const directory = { planFor: async (_subject: string, _site: string, kind: Parameters<typeof planFor>[0]) => planFor(kind) }
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
  startOutbox({ store, channels: channels.map((name) => channelOf(world, body, name)), bus, clock, log })
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

function channelOf({ trouble, clock, letters }: World, body: Body, name: string): Channel {
  return {
    name,
    async send(letter, signal): Promise<Sent> {
      const ill = trouble.channels.get(name)
      if (!ill || ill.until <= clock.elapsed()) {
        letters.push(letter)
        return { outcome: 'delivered', why: '' }
      }
      if (ill.how === 'throws') throw new Error('A channel must not throw, but this one does.')
      if (ill.how !== 'hangs') return { outcome: ill.how, why: 'The provider says no.' }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      if (body.dead) await never
      return { outcome: 'retry', why: 'No answer.' }
    },
  }
}
