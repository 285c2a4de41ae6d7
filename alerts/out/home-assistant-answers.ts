/** A button of Home Assistant is a relative's word to the open alarms of her elder: the same word, by the same desk, as on the family page. */
import { type HomeAssistantLink, homeAnswerOf, isHomeAnswer } from '../../domain/home-assistant.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Clock } from '../../domain/time.ts'
import type { CareStore, Directory } from '../../store/store.ts'
import type { Desk } from '../desk.ts'

export type AnswerNeeds = {
  store: Pick<CareStore, 'load'>
  directory: Pick<Directory, 'card'>
  desk: Desk
  clock: Pick<Clock, 'now'>
}

type Answered = { message: InboundMessage; links: readonly HomeAssistantLink[] }

/** Resolves when the word is recorded; a word about nothing, or by nobody, is none. Rejects as the desk does: then it is not thanked. */
export async function answered(needs: AnswerNeeds, { message, links }: Answered): Promise<void> {
  const key = homeAnswerOf(message.topic)
  const link = links.find((each) => each.key === key)
  const answer = Buffer.from(message.payload).toString()
  if (!link?.contactId || !isHomeAnswer(answer)) return
  const { residentId, contactId } = link
  const [card, { open }] = await Promise.all([needs.directory.card(residentId), needs.store.load(residentId)])
  const self = card?.contacts.find(({ id }) => id === contactId)
  if (!self) return
  for (const alarm of open.filter(({ kind }) => kind !== 'technical')) {
    const { subjectId, siteId } = alarm
    const word = { contactId, relation: self.relation, answer }
    const at = needs.clock.now()
    const event = { kind: 'family-answered' as const, subjectId, siteId, at, alarmId: alarm.id, by: self.name, word, minutes: null }
    const line = { at, userId: `family:${contactId}`, action: `family-${answer}`, subjectId, detail: `${alarm.id} home-assistant` }
    await needs.desk.handle(event, line)
  }
}
