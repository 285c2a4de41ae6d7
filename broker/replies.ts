/** What a terminal is told after its press, and by which words: "recorded", "somebody has seen it", "someone is coming", "it is over"; and what it is to ask. */
import type { Alarm, AlarmFact, Fact, Note } from '../domain/alarm.ts'
import { reminderWords } from '../domain/enrolment-reminders.ts'
import type { Reply, ReplyKind } from '../domain/message.ts'

/** Alarms that a person or a sensor asked for. A device is not told that it is out of order. */
const answered: ReadonlySet<Alarm['kind']> = new Set(['sos', 'fall', 'environment'])

/** The replies that are owed because of `fact`; none for most. A reply's id is the same each time it is derived. */
export function repliesFor(fact: Fact): Reply[] {
  if (fact.kind === 'test-pressed') {
    return [{ id: `${fact.pressId}:test-ok`, deviceId: fact.deviceId, kind: 'test-ok', alarmId: null, at: fact.at }]
  }
  if (isQuestion(fact)) return ask(fact)
  if (!answered.has(fact.alarm.kind)) return []
  const kind = replyKind(fact)
  if (kind === null) return []
  return kind === 'recorded' && fact.kind !== 'alarm-noted' ? thanks(fact) : toEveryDevice(fact, kind)
}

/** A relative who set out is a promise; one who cannot come after all takes it back, unless somebody else is on the way. */
function afterFamily({ notes, state }: Alarm, { family }: Note): ReplyKind | null {
  if (family?.answer === 'going') return 'coming'
  const before = notes.slice(0, -1)
  const was = before.findLast((note) => note.family?.contactId === family?.contactId)
  if (was?.family?.answer !== 'going') return null
  const words = new Map(notes.map((note) => [note.family?.contactId ?? '', note.family?.answer]))
  const isSomebodyComing = [...words.values()].includes('going') || before.some(({ action }) => setOut.has(action))
  if (isSomebodyComing) return null
  return state === 'acknowledged' ? 'seen' : 'recorded'
}

const setOut: ReadonlySet<Note['action']> = new Set(['dispatched', 'on-my-way'])

/** "Are you all right?" is for the terminal named as the cause; and it is taken back when the question is answered or has become an alarm. */
const isQuestion = ({ alarm }: AlarmFact): boolean => alarm.reason === 'check-in' || alarm.detail.checkIn === 'unanswered'

function ask({ kind, alarm, at }: AlarmFact): Reply[] {
  const deviceId = alarm.causes[0]?.deviceId ?? null
  if (deviceId === null) return []
  if (kind === 'alarm-raised') return [{ id: `${alarm.id}:check-in`, deviceId, kind: 'check-in', alarmId: alarm.id, at }]
  return kind === 'alarm-resolved' ? [{ id: `${alarm.id}:over:${deviceId}:${at}`, deviceId, kind: 'over', alarmId: alarm.id, at }] : []
}

function replyKind({ kind, alarm }: AlarmFact): ReplyKind | null {
  switch (kind) {
    case 'alarm-raised':
    case 'alarm-repeated':
      return 'recorded'
    case 'alarm-acknowledged':
      return 'seen'
    case 'alarm-noted': {
      // "Someone is coming" is a promise: only somebody who set out may make it.
      const note = alarm.notes.at(-1)
      if (note?.family) return afterFamily(alarm, note)
      return note && setOut.has(note.action) ? 'coming' : null
    }
    case 'alarm-resolved':
      return 'over'
    default:
      return null
  }
}

/** To the device of the press this fact is about. */
function thanks({ alarm, pressId, at }: AlarmFact): Reply[] {
  const cause = alarm.causes.find(({ id }) => id === pressId) ?? alarm.causes.at(-1)
  if (!cause?.deviceId) return []
  return [{ id: `${cause.id}:recorded`, deviceId: cause.deviceId, kind: 'recorded', alarmId: alarm.id, at }]
}

function toEveryDevice({ alarm, at }: AlarmFact, kind: ReplyKind): Reply[] {
  const devices = new Set(alarm.causes.flatMap(({ deviceId }) => deviceId ?? []))
  const coming = kind === 'coming' ? comingOf(alarm) : {}
  return [...devices].map((deviceId) => ({ id: `${alarm.id}:${kind}:${deviceId}:${at}`, deviceId, kind, alarmId: alarm.id, at, ...coming }))
}

/** Whoever noted that they are on the way comes themselves, unless they named somebody else. */
function comingOf({ notes }: Alarm): Pick<Reply, 'who' | 'minutes'> {
  const note = notes.at(-1)
  const who = note?.coming?.who ?? (note?.action === 'on-my-way' ? note.by : undefined)
  const minutes = note?.coming?.minutes
  return { ...(who === undefined ? {} : { who }), ...(minutes === undefined ? {} : { minutes }) }
}

/** A reply as it goes over the wire, with the words for a display or a voice. */
export function replyPayload(reply: Reply): string {
  const { id, kind, alarmId, at, who, minutes, seconds, language } = reply
  // A reminder is about no alarm: what it is about is told nobody.
  const about = kind === 'test-reminder' ? null : alarmId
  return JSON.stringify({ id, kind, alarmId: about, at, who, minutes, seconds, language, say: sayOf(reply) })
}

/** What a display shows or a voice says, in plain short sentences. Nothing for a siren, which has no words. */
export function sayOf({ kind, who, minutes, language, words }: Reply): Readonly<Record<string, string>> | undefined {
  switch (kind) {
    case 'recorded':
      return { zh: '已经收到您的求助。', en: 'Your call has been recorded.' }
    case 'seen':
      return { zh: '工作人员已经看到，正在处理。', en: 'A person has seen your call.' }
    case 'coming': {
      const zh = `${who ?? '有人'}正在赶来${minutes === undefined ? '' : `，大约 ${minutes} 分钟到`}。`
      const en = `${who ?? 'Somebody'} is coming${minutes === undefined ? '' : `, in about ${minutes} minutes`}.`
      return { zh, en }
    }
    case 'over':
      return { zh: '这次求助已经处理完毕。', en: 'This call is over.' }
    case 'test-ok':
      return { zh: '测试成功。', en: 'The test has arrived.' }
    case 'test-reminder':
      return { ...reminderWords, ...(language !== undefined && words !== undefined && { [language]: words }) }
    case 'check-in':
      return { zh: '您还好吗？请按一下。', en: 'Are you all right? Press once.' }
    default:
      return undefined
  }
}
