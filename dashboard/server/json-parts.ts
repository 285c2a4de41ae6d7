/** A large answer as JSON in pieces: a list of 300,000 devices takes seconds to write, and a press may come between two pieces. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { breathe } from './breathe.ts'

const itemsAtOnce = 500

type Lists = Readonly<Record<string, readonly unknown[]>>
/** `shown`: what of an item is sent. */
type Sent = { lists: Lists; shown: (item: never, list: string) => unknown }

async function* listParts(items: readonly unknown[], shown: (item: never) => unknown): AsyncGenerator<string> {
  yield '['
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    if (from > 0) await breathe()
    const slice = items.slice(from, from + itemsAtOnce).map((item) => JSON.stringify(shown(item as never)))
    yield (from === 0 ? '' : ',') + slice.join(',')
  }
  yield ']'
}

async function* objectParts(rest: object, { lists, shown }: Sent): AsyncGenerator<string> {
  const members = Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  let lead = `{${members.map((member) => `${member},`).join('')}`
  for (const [key, items] of Object.entries(lists)) {
    yield `${lead}${JSON.stringify(key)}:`
    yield* listParts(items, (item) => shown(item, key))
    lead = ','
  }
  yield '}'
}

const send = (reply: FastifyReply, parts: AsyncGenerator<string>): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(Readable.from(parts))

/** An object with at least one long list, after what else it holds. */
export const sendLists = (reply: FastifyReply, rest: object, sent: Sent): FastifyReply => send(reply, objectParts(rest, sent))
/** One long list. */
export const sendList = (reply: FastifyReply, items: readonly unknown[], shown: (item: never) => unknown): FastifyReply =>
  send(reply, listParts(items, shown))
