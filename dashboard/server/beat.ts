/** The heartbeat of the live side: every 2 seconds, whatever the store does, so that a screen knows within seconds that it is alone. */
import { type Log, sentenceOf } from '../../domain/log.ts'
import { type Clock, seconds } from '../../domain/time.ts'
import type { Beat } from '../contracts.ts'
import type { Scope } from './access.ts'
import type { HomeChange } from './homes.ts'
import type { PlatformHealth } from './needs.ts'
import type { Picture } from './picture.ts'
import { type Live, type LiveServer, roomOfBeat } from './rooms.ts'
import type { Stream } from './stream.ts'

export const beatEvery = seconds(2)
/** Figures need not be fresh to the second. */
const beatsPerFigures = 5
/** The first beat only sees where the bytes stand; two more without a byte moved are 4 s. */
const stalledBeatsMax = 1
const waitingBytesMax = 8 * 1_024 * 1_024

export type BeatNeeds = { io: LiveServer; picture: Picture; stream: Stream; health: () => PlatformHealth; clock: Clock; log: Log }

/** Returns what stops it. */
export function startBeat(needs: BeatNeeds): () => void {
  const refresh = openRefresh(needs)
  let count = 0
  return needs.clock.every(beatEvery, () => {
    refresh()
    dropStalled(needs)
    const changes = openChanges(needs.picture)
    count = (count + 1) % beatsPerFigures
    for (const [key, scope] of scopesOf(needs.io)) {
      const figures = count === 0 ? { figures: needs.picture.figures(scope) } : {}
      needs.io.to(roomOfBeat(key)).emit('beat', { ...beatOf(needs, scope), homes: changes(scope), ...figures })
    }
  })
}

/** Asks the store and the directory for news in the background; a slow answer never delays the beat. */
function openRefresh({ io, picture, stream, log }: BeatNeeds): () => void {
  let running = false
  const work = async () => {
    await stream.poke()
    for (const scope of scopesOf(io).values()) await picture.prepare(scope)
  }
  return () => {
    if (running) return
    running = true
    work()
      .catch((error: unknown) => log('error', 'The picture of the wall could not be refreshed.', { why: sentenceOf(error) }))
      .finally(() => {
        running = false
      })
  }
}

/** Each set of sites that somebody watches, once. */
const scopesOf = (io: LiveServer): ReadonlyMap<string, Scope> =>
  new Map([...io.sockets.sockets.values()].map(({ data }) => [data.key, data.scope]))

const beatOf = ({ clock, stream, picture, health }: BeatNeeds, scope: Scope): Omit<Beat, 'homes' | 'figures'> => ({
  at: clock.now(),
  seq: stream.seqFor(scope),
  open: picture.openCount(scope),
  banner: health().banner,
})

/** The changes of a site are taken once per beat and told to everybody who sees the site. */
function openChanges(picture: Picture): (scope: Scope) => readonly HomeChange[] {
  const taken = new Map<string, readonly HomeChange[]>()
  const of = (siteId: string) => {
    const changes = taken.get(siteId) ?? picture.changes(siteId)
    taken.set(siteId, changes)
    return changes
  }
  return (scope) => picture.sitesOf(scope).flatMap(of)
}

/**
 * Drops a screen that takes nothing: it comes back and starts afresh, instead of growing a backlog here.
 * (Beats are not sent as volatile: those are lost whenever anything else is just being written, and with them the homes' changes.)
 */
function dropStalled({ io, log }: BeatNeeds): void {
  for (const socket of io.sockets.sockets.values()) {
    if (!isStalled(socket)) continue
    log('warn', 'A screen took nothing any more and was disconnected.', { userId: socket.data.signed.user.id })
    // Not a polite close: that would wait for the very bytes that do not leave.
    socket.request.socket.destroy()
  }
}

function isStalled({ data, request }: Live): boolean {
  const { writableLength, bytesWritten } = request.socket
  const flushed = bytesWritten - writableLength
  const moved = flushed > data.flushedBytes || writableLength === 0
  data.stalledBeats = moved ? 0 : data.stalledBeats + 1
  data.flushedBytes = flushed
  return data.stalledBeats > stalledBeatsMax || writableLength > waitingBytesMax
}
