/** The channel that needs nothing: one line to whatever `write` writes to. Delivered means written. */
import { sentenceOf } from '../../domain/log.ts'
import { type Channel, delivered, type Letter } from './channel.ts'

/** `write` gets one line without a line end; when it throws, the line is written later. */
export function openConsoleChannel({ write }: { write: (line: string) => void }): Channel {
  return {
    name: 'console',
    async send(letter, signal) {
      if (signal.aborted) return { outcome: 'retry', why: 'called off' }
      try {
        write(lineOf(letter))
        return delivered
      } catch (error) {
        return { outcome: 'retry', why: sentenceOf(error) }
      }
    },
  }
}

function lineOf({ reason, priority, subjectId, siteId, alarmId, presses, recipient, state }: Letter): string {
  const whom = recipient.contactId ?? 'the centre'
  const times = presses > 1 ? `, asked ${presses} times` : ''
  return `CALL ${whom}: ${reason} (priority ${priority}${times}, ${state}) of ${subjectId} at ${siteId}, alarm ${alarmId}`
}
