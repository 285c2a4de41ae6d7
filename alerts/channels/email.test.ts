/** E-mail, against a real mail server. */
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { seconds } from '../../domain/time.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { certificateFor } from './certificate.fixture.ts'
import { channelContract, exampleLetter } from './channel.contract.ts'
import { type EmailNeeds, openEmailChannel } from './email.ts'
import { emailOf, personOf } from './people.fixture.ts'

const patient = () => new AbortController().signal

/** A mail server that keeps what it takes, and refuses with this number when told to. */
async function openMailServer(options: SMTPServerOptions = {}) {
  const taken: string[] = []
  const state = { refuse: 0, refuseRecipient: 0 }
  const trouble = (responseCode: number) => Object.assign(new Error('no: anna@example.org'), { responseCode })
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.secure ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) => done(password === 'right' ? null : trouble(535), { user: username }),
    onRcptTo: (_address, _session, done) => done(state.refuseRecipient ? trouble(state.refuseRecipient) : null),
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (state.refuse) return done(trouble(state.refuse))
        const to = envelope.rcptTo.map(({ address }) => address.replace('@example.org', '')).join()
        taken.push(`${to}\n${decoded(Buffer.concat(parts).toString())}`)
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    taken,
    state,
    port,
    url: `${options.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** Head and body of a mail as a person reads them. */
function decoded(mail: string): string {
  const [head = '', body = ''] = mail.split(/\r\n\r\n/, 2)
  const words = head
    .replace(/\r\n\s/g, '')
    .replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_all, kind: string, text: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : unquoted(text.replace(/_/g, ' ')),
    )
  const text = /transfer-encoding: base64/i.test(head) ? Buffer.from(body, 'base64').toString() : unquoted(body.replace(/=\r\n/g, ''))
  return `${words}\n\n${text}`
}
const unquoted = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

const open = (url: string, changes: Partial<EmailNeeds> = {}) =>
  openEmailChannel({
    ...{ url, from: 'Anling <care@example.org>', allowPlain: true, personOf: personOf(), clock: systemClock },
    link: ({ alarmId }) => `https://care.example.org/family#${alarmId}`,
    ...changes,
  })

channelContract('e-mail', async () => {
  const server = await openMailServer()
  return {
    channel: open(server.url),
    arrived: () => server.taken,
    fail() {
      server.state.refuse = 451
    },
    mend() {
      server.state.refuse = 0
    },
    discard: server.close,
  }
})

const mailServer = async (options?: SMTPServerOptions) => {
  const server = await openMailServer(options)
  onTestFinished(server.close)
  return server
}

test('says what happened in the person’s words, urgently, with a way to answer, and is one message however often it is sent', async () => {
  const server = await mailServer()
  const channel = open(server.url)
  await channel.send({ ...exampleLetter(), presses: 2 }, patient())
  await channel.send({ ...exampleLetter(), presses: 2, attempt: 2 }, patient())
  const [first = '', second = ''] = server.taken
  expect(first).toContain('Subject: 紧急求助：妈妈按了求救键')
  expect(first).toContain('16:53，已 2 次。请打开 https://care.example.org/family#sos-1 告诉大家您能否前往。服务中心电话 021-61230000。')
  expect(first).toMatch(/Importance: high/i)
  const idOf = (mail: string) => /Message-ID: (<.+>)/i.exec(mail)?.[1]
  expect(idOf(first)).toMatch(/@anling>/)
  expect(idOf(second)).toBe(idOf(first))
})

test('speaks English to whoever asked for it, in the zone they live in', async () => {
  const server = await mailServer()
  const person = personOf({ language: 'en', subject: '', timeZone: 'Europe/London' })
  await open(server.url, { personOf: person }).send(exampleLetter(), patient())
  expect(server.taken[0]).toContain('Subject: Help needed: Somebody you care for pressed the help button')
  expect(server.taken[0]).toContain('09:53.')
})

describe('what the server’s answer means', () => {
  test.each([
    [421, 'retry'],
    [451, 'retry'],
    [550, 'refused'],
    [552, 'refused'],
  ])('%i is %s, and its sentence is not repeated', async (code, outcome) => {
    const server = await mailServer()
    server.state.refuse = code
    expect(await open(server.url).send(exampleLetter(), patient())).toEqual({ outcome, why: `The mail server answered ${code}.` })
  })

  test('a mailbox that does not exist is refused', async () => {
    const server = await mailServer()
    server.state.refuseRecipient = 550
    const sent = await open(server.url).send(exampleLetter(), patient())
    expect(sent).toMatchObject({ outcome: 'refused' })
    expect(JSON.stringify(sent)).not.toContain(emailOf('contact-3'))
  })

  test('a wrong password is told by its number, never by itself', async () => {
    const server = await mailServer({ authOptional: false, allowInsecureAuth: true })
    const sent = await open(server.url.replace('//', '//care:very-secret@')).send(exampleLetter(), patient())
    expect(sent).toEqual({ outcome: 'refused', why: 'The mail server answered 535.', broken: true })
    const right = await open(server.url.replace('//', '//care:right@')).send(exampleLetter(), patient())
    expect(right).toMatchObject({ outcome: 'delivered' })
  })
})

describe('trouble on the way', () => {
  test('nobody listens', async () => {
    const server = await openMailServer()
    await server.close()
    expect(await open(server.url).send(exampleLetter(), patient())).toMatchObject({
      outcome: 'retry',
      why: expect.stringMatching(/^E[A-Z]+$/),
    })
  })

  test('a server that takes the call and says nothing is given ten seconds', async () => {
    const arrived = Promise.withResolvers<Socket>()
    const server = createServer((socket) => arrived.resolve(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const clock = openVirtualClock()
    const sent = open(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, { clock }).send(exampleLetter(), patient())
    const socket = await arrived.promise
    onTestFinished(() => {
      socket.destroy()
      server.close()
    })
    await clock.advance(seconds(10))
    expect(await sent).toEqual({ outcome: 'retry', why: 'The mail server took longer than 10 s' })
  })

  test('a server without TLS gets nothing, unless that is allowed', async () => {
    const server = await mailServer()
    expect(await open(server.url, { allowPlain: false }).send(exampleLetter(), patient())).toMatchObject({ outcome: 'refused' })
    expect(server.taken).toEqual([])
  })

  const valid = certificateFor('20200101000000Z', '20491231235959Z')
  const expired = certificateFor('20200101000000Z', '20200201000000Z')
  test.skipIf(!valid || !expired)(
    'an expired certificate gets nothing, a good one does (skipped when openssl is not installed)',
    async () => {
      const old = await mailServer({ secure: true, ...expired })
      const good = await mailServer({ secure: true, ...valid })
      const late = await open(old.url, { authorities: expired?.cert ?? '' }).send(exampleLetter(), patient())
      expect(late).toEqual({ outcome: 'retry', why: 'CERT_HAS_EXPIRED' })
      expect(await open(good.url, { authorities: valid?.cert ?? '' }).send(exampleLetter(), patient())).toMatchObject({
        outcome: 'delivered',
      })
      expect(await open(good.url).send(exampleLetter(), patient())).toMatchObject({ outcome: 'retry' })
      expect(old.taken).toEqual([])
    },
  )
})

test.each(['', 'anna', 'a@b, c@d', 'anna@example.org>', 'a\r\nBcc: x@y@z'])(
  '%j is no address: known before, and refused',
  async (email) => {
    const server = await mailServer()
    const channel = open(server.url, { personOf: personOf({ email }) })
    expect(await channel.reaches?.(exampleLetter())).toBe(false)
    expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'refused' })
    expect(server.taken).toEqual([])
  },
)

test('an address of no mail server is not accepted, and not quoted', () => {
  expect(() => open('https://user:very-secret@example.org')).toThrow(/^E-mail needs an address of smtp or smtps\.$/)
})
