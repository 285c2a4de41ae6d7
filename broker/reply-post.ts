/**
 * What the elder is told is kept until her terminal has acknowledged it: also when the terminal was away, and when this process was.
 * It goes out at once; only what is not acknowledged within a second is written down, so that a press costs no second commit.
 */
import type { Fact } from '../domain/alarm.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import type { InboundMessage, KeptReplies, Reply } from '../domain/message.ts'
import { between, type Clock, days, minutes, seconds } from '../domain/time.ts'
import { parseUpTopic } from '../domain/topics.ts'
import { repliesFor } from './replies.ts'

type Placed = { seq: number; fact: Fact }

export type ReplyPostNeeds = {
  store: KeptReplies
  /** Facts after `seq`, oldest first, and the place of the newest. */
  facts: { since: (seq: number, limit: number) => Promise<readonly Placed[]>; last: () => Promise<number> }
  clock: Clock
  log: Log
}

/** Hands a reply to whoever listens for this device now; false when nobody does. `acknowledged` when it is thanked for. */
export type SendReply = (reply: Reply, acknowledged: () => void) => boolean

export type ReplyPost = Awaited<ReturnType<typeof openReplyPost>>

/** How long a terminal has to acknowledge before the reply is written down. */
const writeEvery = seconds(1)
/** A device that never acknowledges keeps the newest so many, each about another alarm, and none for longer than that. */
const keptPerDevice = 20
const keptFor = days(7)
const forgetEvery = minutes(10)
/** Facts read at once when the process comes back. */
const page = 500

type Owed = { reply: Reply; written: boolean }
type Office = ReplyPostNeeds & {
  /** Device → what the reply is about → the newest reply about it. */
  owed: Map<string, Map<string, Owed>>
  /** Owed and not yet written down: what each second looks at, however much is owed in all. */
  fresh: Set<Owed>
  /** Ids that are written down and were acknowledged since. */
  done: Set<string>
  /** The newest fact that was followed, and the newest that was written. */
  seq: number
  writtenSeq: number
  send: SendReply
}

/** Reads what was kept, and catches up with the facts of which nobody was told. Until `connect` nothing is sent. */
export async function openReplyPost(needs: ReplyPostNeeds) {
  const from = (await needs.store.cursor()) ?? (await begin(needs))
  const office: Office = { ...needs, owed: new Map(), fresh: new Set(), done: new Set(), seq: from, writtenSeq: from, send: () => false }
  for (const reply of await needs.store.kept()) remember(office, reply, true)
  await catchUp(office)
  let writing: Promise<void> = Promise.resolve()
  const write = () => {
    writing = writing.then(() => writeDown(office))
    return writing
  }
  const stops = [needs.clock.every(writeEvery, () => void write()), needs.clock.every(forgetEvery, () => forgetOld(office))]
  return {
    /** From now on replies go out by `send`. */
    connect(send: SendReply): void {
      office.send = send
    },
    /** Facts that were just committed: whom they concern is told at once. */
    tell(facts: readonly Placed[]): void {
      for (const placed of facts) follow(office, placed, true)
    },
    /** Somebody listens for this device: it hears what it missed, oldest first. */
    listening(deviceId: string): void {
      for (const { reply } of office.owed.get(deviceId)?.values() ?? []) post(office, reply)
    },
    /** A device says that it showed or spoke this reply. */
    seen: (deviceId: string, replyId: string): void => acknowledge(office, deviceId, replyId),
    /** For every message that comes in: most say nothing about replies. */
    heard(message: Pick<InboundMessage, 'topic' | 'payload'>): void {
      const said = message.topic.endsWith(seenEnd) ? seenOf(message) : null
      if (said) acknowledge(office, said.deviceId, said.replyId)
    },
    /** Owed from now on, and sent at once when somebody listens. */
    owe(reply: Reply): void {
      remember(office, reply, false)
      post(office, reply)
    },
    /** An order that is worth nothing later; resolves to whether the device acknowledged it before `signal` ended. */
    order: (reply: Reply, signal: AbortSignal): Promise<boolean> => order(office, reply, signal),
    waiting: (): number => [...office.owed.values()].reduce((sum, of) => sum + of.size, 0),
    /** Writes down what is still owed. */
    async close(): Promise<void> {
      for (const stop of stops) stop()
      await write()
    },
  }
}

/** The first start of all: what happened before it was told by others. Written at once, or a crash before the first write would skip what came after. */
async function begin({ store, facts }: ReplyPostNeeds): Promise<number> {
  const cursor = await facts.last()
  await store.keep({ put: [], remove: [], cursor })
  return cursor
}

const seenEnd = '/reply-seen'

function seenOf({ topic, payload }: Pick<InboundMessage, 'topic' | 'payload'>): { deviceId: string; replyId: string } | null {
  const place = parseUpTopic(topic)
  try {
    const { id } = JSON.parse(Buffer.from(payload).toString()) as { id?: unknown }
    return place && typeof id === 'string' ? { deviceId: place.deviceId, replyId: id } : null
  } catch {
    return null
  }
}

async function catchUp(office: Office): Promise<void> {
  for (;;) {
    const facts = await office.facts.since(office.seq, page)
    for (const placed of facts) follow(office, placed, false)
    if (facts.length < page) return
  }
}

function follow(office: Office, { seq, fact }: Placed, send: boolean): void {
  // Facts arrive in order; one that is already known was read when the process came back.
  if (seq <= office.seq) return
  office.seq = seq
  for (const reply of repliesFor(fact)) {
    remember(office, reply, false)
    if (send) post(office, reply)
  }
}

/** About one alarm only the newest news is owed: nobody needs to hear "recorded" after "it is over". */
const subjectOf = ({ alarmId, id }: Reply): string => alarmId ?? id

function remember(office: Office, reply: Reply, written: boolean): void {
  const own = office.owed.get(reply.deviceId) ?? new Map<string, Owed>()
  office.owed.set(reply.deviceId, own)
  const subject = subjectOf(reply)
  // Taken out first, so that the order stays that of the news.
  drop(office, own, subject)
  const owed = { reply, written }
  own.set(subject, owed)
  if (!written) office.fresh.add(owed)
  if (own.size > keptPerDevice) drop(office, own, own.keys().next().value ?? '')
}

/** No longer owed: not written down any more, or taken off the disk with the next write. */
function drop({ fresh, done }: Office, own: Map<string, Owed>, subject: string): void {
  const owed = own.get(subject)
  if (!owed) return
  own.delete(subject)
  fresh.delete(owed)
  if (owed.written) done.add(owed.reply.id)
}

const post = (office: Office, reply: Reply): boolean => office.send(reply, () => acknowledge(office, reply.deviceId, reply.id))

function acknowledge(office: Office, deviceId: string, replyId: string): void {
  const own = office.owed.get(deviceId)
  if (!own) return
  for (const [subject, { reply }] of own) if (reply.id === replyId) drop(office, own, subject)
  if (own.size === 0) office.owed.delete(deviceId)
}

/** One write for everything that changed since the last one; what fails is written with the next. */
async function writeDown(office: Office): Promise<void> {
  const { store, seq, log } = office
  const fresh = [...office.fresh]
  const remove = [...office.done]
  if (fresh.length === 0 && remove.length === 0 && seq === office.writtenSeq) return
  // From here on an acknowledgement takes it off the disk again.
  for (const owed of fresh) owed.written = true
  office.fresh.clear()
  try {
    await store.keep({ put: fresh.map(({ reply }) => reply), remove, cursor: seq })
    for (const id of remove) office.done.delete(id)
    office.writtenSeq = seq
  } catch (error) {
    for (const owed of fresh) unwritten(office, owed)
    log('error', `What terminals are to be told could not be written down yet: ${sentenceOf(error)}`, { replies: fresh.length })
  }
}

function unwritten({ owed, fresh }: Office, each: Owed): void {
  each.written = false
  if (owed.get(each.reply.deviceId)?.get(subjectOf(each.reply)) === each) fresh.add(each)
}

function forgetOld(office: Office): void {
  const now = office.clock.now()
  for (const [deviceId, own] of office.owed) {
    for (const [subject, { reply }] of own) if (between(reply.at, now) > keptFor) drop(office, own, subject)
    if (own.size === 0) office.owed.delete(deviceId)
  }
}

function order(office: Office, reply: Reply, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted || !office.send(reply, () => resolve(true))) return resolve(false)
    signal.addEventListener('abort', () => resolve(false), { once: true })
  })
}
