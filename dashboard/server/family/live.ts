/** News for relatives' telephones, as server-sent events: in the very moment after the commit, and only while consent holds. A telephone that comes back reads everything again. */
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Bus } from '../../../bus/bus.ts'
import type { Fact } from '../../../domain/alarm.ts'
import { type Clock, seconds } from '../../../domain/time.ts'
import type { FamilyHello, FamilyNews, FamilyToldOf, PushTest } from '../../contracts-family.ts'
import { type App, ownOrigin } from '../needs.ts'
import { refuse } from '../refused.ts'
import { type FamilyLive, notJoined, phoneOf } from './needs.ts'
import type { Phones } from './phones.ts'

const beatEvery = seconds(15)
const streamsMost = 5_000
const streamsPerPhone = 5
/** A telephone that takes nothing for so long that this much waits is gone. */
const waitingBytesMax = 64 * 1_024

type Stream = { idHash: string; residents: ReadonlySet<string>; response: ServerResponse }
type Said = { event: 'hello' | 'beat'; data: FamilyHello } | { event: 'alarm'; data: FamilyNews } | { event: 'today'; data: FamilyToldOf }
type Word = Said | { event: 'test'; data: PushTest } | { event: 'ended'; data: object }

export function openFamilyLive({ bus, phones, clock }: { bus: Bus; phones: Phones; clock: Clock }): FamilyLive {
  const streams = new Set<Stream>()
  const drop = (stream: Stream) => {
    streams.delete(stream)
    stream.response.end()
  }
  const say = (stream: Stream, { event, data }: Word) => {
    if (stream.response.writableLength > waitingBytesMax) return stream.response.destroy()
    return stream.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  /** What a telephone may see is asked again each time it is told something: a consent withdrawn a moment ago tells nothing. */
  const isStillHers = (stream: Stream): boolean => {
    const phone = phones.recheck(stream.idHash)
    stream.residents = new Set(phone?.links.map(({ residentId }) => residentId))
    if (phone) return true
    say(stream, { event: 'ended', data: {} })
    drop(stream)
    return false
  }
  const tell = (residentId: string, word: Word) => {
    for (const stream of [...streams]) {
      if (stream.residents.has(residentId) && isStillHers(stream) && stream.residents.has(residentId)) say(stream, word)
    }
  }
  const stopBeat = clock.every(beatEvery, () => {
    for (const stream of [...streams]) if (isStillHers(stream)) say(stream, { event: 'beat', data: { at: clock.now() } })
  })
  const stopListening = bus.subscribe((facts) => {
    for (const { fact } of facts) if (streams.size > 0 && fact.kind !== 'test-pressed') tell(fact.subjectId, wordOf(fact))
  })
  return {
    open(request, reply) {
      const phone = phoneOf(request)
      const own = [...streams].filter(({ idHash }) => idHash === phone.idHash)
      if (streams.size >= streamsMost) throw refuse(503, 'too-many', 'Too many telephones are connected. Please try again in a minute.')
      // The newest page is the one somebody looks at.
      if (own.length >= streamsPerPhone && own[0]) drop(own[0])
      const residents = new Set(phone.links.map(({ residentId }) => residentId))
      const stream: Stream = { idHash: phone.idHash, residents, response: begin(reply) }
      streams.add(stream)
      stream.response.on('close', () => streams.delete(stream))
      stream.response.on('error', () => streams.delete(stream))
      say(stream, { event: 'hello', data: { at: clock.now() } })
    },
    changed: (residentId) => tell(residentId, { event: 'today', data: { residentId } }),
    changedAmong: (ids) => toWatched(streams, ids, (id) => tell(id, todayOf(id))),
    tested(idHash, test) {
      for (const stream of streams) if (stream.idHash === idHash) say(stream, { event: 'test', data: test })
    },
    recheck() {
      for (const stream of [...streams])
        if (isStillHers(stream)) for (const residentId of stream.residents) say(stream, todayOf(residentId))
    },
    close() {
      stopBeat()
      stopListening()
      for (const stream of [...streams]) drop(stream)
    },
  }
}

/** Of very many people only those whom some telephone looks at. */
function toWatched(streams: ReadonlySet<Stream>, ids: ReadonlySet<string>, told: (id: string) => void): void {
  const watched = new Set([...streams].flatMap(({ residents }) => [...residents].filter((id) => ids.has(id))))
  for (const id of watched) told(id)
}

const todayOf = (residentId: string): Said => ({ event: 'today', data: { residentId } })

/** A device in trouble is a line of today; everything else is an alarm. */
function wordOf(fact: Exclude<Fact, { kind: 'test-pressed' }>): Said {
  if (fact.alarm.kind === 'technical') return todayOf(fact.subjectId)
  return { event: 'alarm', data: { residentId: fact.subjectId, alarmId: fact.alarm.id, kind: fact.kind } }
}

/** From here on the answer is ours alone; the headers that every answer carries go with it. */
function begin(reply: FastifyReply): ServerResponse {
  reply.hijack()
  const response = reply.raw
  const headers = Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  response.writeHead(200, {
    ...Object.fromEntries(headers),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // When it ends, the line ends with it: nobody who closes down waits for it.
    connection: 'close',
    // A proxy that collects the answer would hold back every word of it.
    'x-accel-buffering': 'no',
  })
  return response
}

export function addFamilyLive(app: App, live: FamilyLive): void {
  app.get('/api/family/live', { config: { needs: 'family' }, schema: { hide: true } as object }, (request, reply) => {
    // Another origin's page may not listen; a browser always says where it comes from.
    const site = request.headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin') throw notJoined()
    ownOrigin(request)
    live.open(request, reply)
  })
}
