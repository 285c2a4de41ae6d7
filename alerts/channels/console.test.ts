/** The console channel keeps the promises of a channel. */
import { expect, test } from 'vitest'
import { channelContract, exampleLetter } from './channel.contract.ts'
import { openConsoleChannel } from './console.ts'

channelContract('the console', async () => {
  const lines: string[] = []
  let broken = false
  const write = (line: string) => {
    if (broken) throw new Error('EPIPE')
    lines.push(line)
  }
  return {
    channel: openConsoleChannel({ write }),
    arrived: () => lines,
    fail: () => {
      broken = true
    },
    mend: () => {
      broken = false
    },
    discard: async () => {},
  }
})

test('the line says what, how urgent, how often and whom to call', async () => {
  const lines: string[] = []
  const channel = openConsoleChannel({ write: (line) => void lines.push(line) })
  const letter = { ...exampleLetter(), presses: 3, recipient: { contactId: null, label: 'wall', channel: 'console' } }
  await channel.send(letter, new AbortController().signal)
  expect(lines).toEqual(['CALL the centre: button (priority 1, asked 3 times, raised) of resident-17 at site-1, alarm sos-1'])
})
