/** `npm run watcher -- --port 8091 --after 90 --tell console …`: a second small process that hears Anling's signs of life; their silence is its alarm. docs/watcher.md. */
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { systemClock } from '../domain/clock.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { seconds } from '../domain/time.ts'
import { secretLengthMin } from './heartbeat/signature.ts'
import { openDoor } from './watcher/door.ts'
import { startListening } from './watcher/listening.ts'
import { openWays, sentenceFor } from './watcher/ways.ts'

const usage =
  'npm run watcher -- [--host 127.0.0.1] [--port 8091] [--after 90] [--repeat 300] [--tell console] [--tell email:name@example.org] …'

const log: Log = (level, message) => console.error(`${new Date(systemClock.now()).toISOString()} ${level.padEnd(5)} ${message}`)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8091' },
      after: { type: 'string', default: '90' },
      repeat: { type: 'string', default: '300' },
      tell: { type: 'string', multiple: true, default: ['console'] },
    },
  })
  const config = readConfig(process.env)
  const secret = config.ANLING_WATCHER_SECRET
  if (secret.length < secretLengthMin)
    throw new RangeError(`Set ANLING_WATCHER_SECRET, at least ${secretLengthMin} characters, the same as the platform's.`)
  const ways = openWays({ asked: values.tell, settings: config, clock: systemClock, log, write: (line) => console.log(line) })
  const listening = startListening({
    clock: systemClock,
    after: seconds(numberOf('after', values.after)),
    repeat: seconds(numberOf('repeat', values.repeat)),
    tell(news) {
      log(news.kind === 'silent' ? 'error' : 'info', sentenceFor(news))
      ways.tell(news)
    },
  })
  const port = values.port === '0' ? 0 : numberOf('port', values.port)
  const door = await openDoor({ listening, secret, clock: systemClock, log }, { host: values.host, port })
  console.log(`Watching: signs of life are taken at http://${values.host}:${door.port}/sign`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
}

function numberOf(name: string, text: string): number {
  const number = Number(text)
  if (!(number > 0 && number < 100_000)) throw new RangeError(`--${name} must be a number above 0. ${usage}`)
  return number
}

main().catch((error) => {
  console.error(`The watcher did not start: ${sentenceOf(error)}`)
  process.exit(78)
})
