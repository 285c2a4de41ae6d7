/** The live side: Socket.IO for signed-in screens. Facts in order, a beat every 2 seconds, and no screen that can hold up another. */
import { Server } from 'socket.io'
import { z } from 'zod'
import { lifeSignSite } from '../../domain/life-sign.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { SweepTick } from '../../domain/sweep.ts'
import { type Clock, milliseconds, seconds } from '../../domain/time.ts'
import type { Directory, User } from '../../store/store.ts'
import type { HelloReply } from '../contracts.ts'
import { covers, scopeKey, scopeOf } from './access.ts'
import { startBeat } from './beat.ts'
import { type AdmitNeeds, openDoor } from './door.ts'
import type { PlatformHealth } from './needs.ts'
import type { Picture } from './picture.ts'
import type { Receipts } from './receipts.ts'
import { type Live, type LiveServer, roomOfBeat, roomOfSession, roomOfUser, roomsOfScope, wallRooms } from './rooms.ts'
import type { Signed } from './sessions.ts'
import type { Stream, Told } from './stream.ts'

export type LiveNeeds = AdmitNeeds & {
  picture: Picture
  stream: Stream
  receipts: Receipts
  health: () => PlatformHealth
  clock: Clock
  log: Log
  /** Whose sites are given as areas sees others when a site changes; absent: nobody has any. */
  directory?: Pick<Directory, 'version'>
  /** Hears who begins to look at the wall. */
  onLook?: (user: User) => void
}

export type Screens = { connected: number; onDuty: number; sounding: number }

export type LiveSide = {
  /** Sends facts to the screens that may see them. Call in order. */
  tell(facts: readonly Told[]): void
  /** Asks the screens of a site (null: all) to say hello again. */
  resync(siteId: string | null): void
  /** Of a sweep of this site. */
  tellSweep(siteId: string, tick: SweepTick | null): void
  cutSession(idHash: string): void
  cutUser(userId: string): void
  screens(): Screens
  /** A signed-in wall is on watch for this site: it gets its facts, takes its beats, and can ring. */
  isWatched(siteId: string): boolean
  /** How many such walls there are for each of these sites that has one. */
  seatsOn(siteIds: readonly string[]): ReadonlyMap<string, number>
  close(): Promise<void>
}

const recheckEvery = seconds(60)
const areasEvery = seconds(2)
const goodbyeWithin = seconds(1)
const messageBytesMax = 64 * 1_024
/**
 * A screen that answers no ping for this long is dropped: with `pingEvery` it is at most 4.5 s, whatever waits in the network's buffers.
 * A wall stands in the house's own network, where an answer takes milliseconds.
 */
const pingEvery = milliseconds(1_500)
const answerWithin = seconds(3)
/** A snapshot of 10,000 homes is worth compressing; a fact is not worth the wait. */
const compressFrom = 32 * 1_024
const hellosPerMinute = 60

export function openLive(needs: LiveNeeds): LiveSide {
  const { httpServer, clock } = needs
  const door = openDoor(needs)
  const io: LiveServer = new Server(httpServer, {
    transports: ['websocket'],
    allowRequest: door.allowRequest,
    serveClient: false,
    destroyUpgrade: false,
    pingInterval: pingEvery,
    pingTimeout: answerWithin,
    connectTimeout: seconds(10),
    maxHttpBufferSize: messageBytesMax,
    perMessageDeflate: { threshold: compressFrom, serverNoContextTakeover: true, clientNoContextTakeover: true },
  })
  door.watch(io)
  const inTurn = openTurns()
  io.on('connection', (socket) => {
    const signed = door.signedOf(socket.request)
    if (signed) welcome({ socket, signed, needs, inTurn, io })
    else socket.disconnect(true)
  })
  const stopBeat = startBeat({ io, ...needs })
  const stopRecheck = clock.every(recheckEvery, () => void recheckAll(io, needs))
  const stopAreas = followAreas(io, needs)
  return {
    tell: (facts) => tell(io, facts),
    resync: (siteId) => void (siteId === null ? io.emit('resync') : io.to(wallRooms(siteId)).emit('resync')),
    tellSweep: (siteId, tick) => void io.to(wallRooms(siteId)).emit('sweep', tick),
    cutSession: (idHash) => cut(io, roomOfSession(idHash)),
    cutUser: (userId) => cut(io, roomOfUser(userId)),
    screens: () => screensOf(io),
    isWatched: (siteId) => [...io.sockets.sockets.values()].some((socket) => watches(socket, siteId)),
    seatsOn: (siteIds) => seatsOn([...io.sockets.sockets.values()], siteIds),
    async close() {
      stopBeat()
      stopRecheck()
      stopAreas()
      const giveUp = clock.later(goodbyeWithin, door.cutWires)
      await io.close()
      giveUp()
    },
  }
}

/** In order also for a screen that sees several sites: neighbours in the stream travel together only when they share their audience. */
function tell(io: LiveServer, facts: readonly Told[]): void {
  let from = 0
  for (const [index, { siteId }] of facts.entries()) {
    if (facts[index + 1]?.siteId === siteId) continue
    const run = facts.slice(from, index + 1).map(({ live }) => live)
    io.to(wallRooms(siteId)).emit('facts', run)
    from = index + 1
  }
}

function cut(io: LiveServer, room: string): void {
  io.in(room).emit('signed-out')
  io.in(room).disconnectSockets(true)
}

type Welcome = { socket: Live; signed: Signed; needs: LiveNeeds; inTurn: (work: () => void) => void; io: LiveServer }

const receiptShape = z.object({ alarmId: z.string().max(300), presses: z.number().int().min(0) })
const watchShape = z.object({ onDuty: z.boolean(), soundRunning: z.boolean(), siteIds: z.array(z.string().max(64)).max(1_000).optional() })
const sinceShape = z.number().int().min(0).nullable()

function welcome(of: Welcome): void {
  const { socket, signed, needs } = of
  const scope = scopeOf(signed.user)
  socket.data = {
    signed,
    scope,
    key: scopeKey(scope),
    onDuty: false,
    soundRunning: false,
    watchedSites: null,
    stalledBeats: 0,
    flushedBytes: 0,
    hellos: 0,
    hellosSince: 0,
  }
  void socket.join([roomOfSession(signed.idHash), roomOfUser(signed.user.id)])
  // Not a polite close: that would wait half a minute for a goodbye that a frozen screen does not say.
  socket.on('disconnect', (reason) => void (reason === 'ping timeout' && socket.request.socket.destroy()))
  socket.on('hello', (since: unknown, answer: unknown) => void hello(of, since, answer))
  socket.on('painted', (receipt: unknown) => withShape(receiptShape, receipt, (given) => needs.receipts.painted(given, scope)))
  socket.on('sounded', (receipt: unknown) => withShape(receiptShape, receipt, (given) => needs.receipts.sounded(given, scope)))
  socket.on('watch', (state: unknown) =>
    withShape(watchShape, state, ({ siteIds = null, ...given }) => void Object.assign(socket.data, { ...given, watchedSites: siteIds })),
  )
}

/** What does not have the shape is ignored: it can only come from a program that is not ours. */
function withShape<T>(shape: z.ZodType<T>, given: unknown, use: (value: T) => void): void {
  const parsed = shape.safeParse(given)
  if (parsed.success) use(parsed.data)
}

async function hello(of: Welcome, given: unknown, answer: unknown): Promise<void> {
  const { socket, needs, inTurn } = of
  const since = sinceShape.safeParse(given)
  if (!since.success || typeof answer !== 'function' || tooMany(socket, needs.clock)) return void socket.disconnect(true)
  try {
    await needs.picture.prepare(socket.data.scope)
  } catch (error) {
    needs.log('error', 'A screen could not be given its picture; it is asked to come again.', { why: sentenceOf(error) })
    return void socket.disconnect(true)
  }
  inTurn(() => {
    if (!socket.connected) return
    needs.onLook?.(socket.data.signed.user)
    const reply = replyTo(needs, socket, since.data)
    // Joined in the same breath as the picture is taken: the next fact goes to this screen, and none is missed in between.
    void socket.join([...roomsOfScope(socket.data.scope), roomOfBeat(socket.data.key)])
    answer(reply)
  })
}

function replyTo({ stream, picture }: LiveNeeds, { data: { scope } }: Live, since: number | null): HelloReply {
  const facts = since === null ? null : stream.after(since, scope)
  return facts ? { facts, seq: stream.seqFor(scope) } : { snapshot: picture.snapshot(scope) }
}

function tooMany({ data }: Live, clock: Clock): boolean {
  const minute = Math.floor(clock.elapsed() / 60_000)
  data.hellos = data.hellosSince === minute ? data.hellos + 1 : 1
  data.hellosSince = minute
  return data.hellos > hellosPerMinute
}

/** Big answers one at a time, with room between them for everything else: fifty walls that come back together may not hold up a press. */
function openTurns(): (work: () => void) => void {
  const waiting: (() => void)[] = []
  const next = () => {
    waiting.shift()?.()
    if (waiting.length > 0) setImmediate(next)
  }
  return (work) => {
    if (waiting.push(work) === 1) setImmediate(next)
  }
}

/** A session that ended, a person who was disabled or moved to other sites: the connection goes, and comes back only with what is right now. */
async function recheckAll(io: LiveServer, { sessions, log }: LiveNeeds, isMeant = (_user: User) => true): Promise<void> {
  for (const socket of io.sockets.sockets.values()) {
    if (!isMeant(socket.data.signed.user)) continue
    try {
      const signed = await sessions.recheck(socket.data.signed.idHash)
      if (!signed || signed.isLimited) cut(io, roomOfSession(socket.data.signed.idHash))
      else if (scopeKey(scopeOf(signed.user)) !== socket.data.key || signed.user.role !== socket.data.signed.user.role)
        socket.disconnect(true)
    } catch (error) {
      log('error', 'A session could not be checked again; it is tried at the next round.', { why: sentenceOf(error) })
    }
  }
}

/** A site that came into somebody's street, or left it, is heard of there, or no more, within seconds. */
function followAreas(io: LiveServer, needs: LiveNeeds): () => void {
  let version = needs.directory?.version()
  return needs.clock.every(areasEvery, () => {
    const now = needs.directory?.version()
    if (now === version) return
    version = now
    void recheckAll(io, needs, ({ areas = [] }) => areas.length > 0)
  })
}

function screensOf(io: LiveServer): Screens {
  const all = [...io.sockets.sockets.values()].map(({ data }) => data).filter(({ key }) => key !== lifeSignSite)
  const onDuty = all.filter((data) => data.onDuty)
  return { connected: all.length, onDuty: onDuty.length, sounding: onDuty.filter(({ soundRunning }) => soundRunning).length }
}

/** A socket that said no hello is told nothing, and one that takes nothing paints nothing: neither is a desk. */
function watches(screen: Live, siteId: string): boolean {
  const { scope, watchedSites } = screen.data
  return isAwake(screen) && (!watchedSites || watchedSites.includes(siteId)) && covers(scope, siteId)
}

/** On watch, wherever that is. */
const isAwake = ({ data, rooms }: Live): boolean =>
  data.onDuty && data.soundRunning && data.stalledBeats === 0 && rooms.has(roomOfBeat(data.key))

/** `watches` of every screen at every site, without asking each of a thousand sites of each screen. */
function seatsOn(screens: readonly Live[], siteIds: readonly string[]): ReadonlyMap<string, number> {
  const seats = new Map<string, number>()
  for (const screen of screens.filter(isAwake)) {
    const { scope, watchedSites } = screen.data
    const [mine, chosen] = [scope === 'all' ? null : new Set(scope), watchedSites && new Set(watchedSites)]
    for (const id of siteIds) if (mine?.has(id) !== false && chosen?.has(id) !== false) seats.set(id, (seats.get(id) ?? 0) + 1)
  }
  return seats
}
