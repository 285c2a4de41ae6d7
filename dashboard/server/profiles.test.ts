/** Mapping profiles on the real store: tried before they are kept, refused with a sentence, in force at once and after a restart, and only an admin's business. */
import { rm } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { openDecoders } from '../../ingest/decoders/index.ts'
import { openProfiles, type Profiles } from '../../ingest/profiles.ts'
import { aDevice, messageOf } from '../../ingest/recorder.ts'
import { type Database, openDatabase } from '../../store/sqlite/database.ts'
import { openProfileStore } from '../../store/sqlite/profiles.ts'
import { needsOf, temporaryFolder } from '../../store/sqlite/world.contract.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

let world: World
let database: Database
let profiles: Profiles
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

async function begin(): Promise<Signed> {
  const dataDir = await temporaryFolder()
  database = openDatabase(needsOf(dataDir))
  profiles = openProfiles({ store: openProfileStore(database), clock: systemClock })
  world = await openWorld({ profiles })
  undo.push(() => rm(dataDir, { recursive: true }), database.close, world.close)
  await world.addUsers()
  return world.signIn('root')
}

const text = `profile: terminal
topic: factory/+/data
# what its maker calls an alarm
map:
  - { path: alarm, when: { in: [1, 2] }, kind: sos }
  - { path: batt, kind: battery }
`
type Asked = readonly ['GET' | 'PUT' | 'POST' | 'DELETE', string, object?]
const ask = (signed: Signed, ...[method, url, payload]: Asked) =>
  world.ask({ method, url, headers: signed.headers, ...(payload && { payload }) })
const gateway = aDevice({ id: 'gateway', number: 1, family: 'generic', base: 'factory', role: 'gateway' })
const heard = (source: Profiles) =>
  openDecoders(source.inForce)
    .generic.decode(messageOf('factory/7/data', { alarm: 2, batt: 40 }), gateway)
    .signals.map(({ kind }) => kind)

test('samples may be pasted with their topics, and a mistake is told by the number that people count by', async () => {
  const admin = await begin()
  const text =
    'profile: que\ntopic: que/+/evt\nmap:\n  - { path: ev, when: { equals: HELP }, kind: sos }\n  - { path: batt, kind: battery }'
  const samples = 'que/7/evt {"ev":"HELP"}\nque/7/state {"ev":"HELP"}\nnot json {'
  const { lines } = (await ask(admin, 'POST', '/api/profiles/try', { text, samples })).json()
  expect(lines).toMatchObject([
    { line: 1, problem: null, signals: [{ kind: 'sos' }, { kind: 'heartbeat' }] },
    { line: 2, problem: 'The profile is not for the topic que/7/state.', signals: [] },
    { line: 3, problem: 'This line is no JSON.', signals: [] },
  ])
  const wrong = await ask(admin, 'POST', '/api/profiles/try', { text: text.replace('kind: battery', 'kind: batterie'), samples })
  expect(wrong.json().problem).toMatch(/^rule 2 kind: /)
})

test('a profile is tried on samples line by line, kept, in force at once, and there after a restart', async () => {
  const admin = await begin()
  const samples = '{"alarm":2,"batt":88}\n\nnonsense\n{"alarm":0}'
  expect((await ask(admin, 'POST', '/api/profiles/try', { text, samples })).json()).toEqual({
    problem: null,
    lines: [
      {
        line: 1,
        problem: null,
        signals: [
          { kind: 'sos', device: '', shown: '✓' },
          { kind: 'battery', device: '', shown: '88' },
          { kind: 'heartbeat', device: '', shown: '' },
        ],
      },
      { line: 3, problem: 'This line is no JSON.', signals: [] },
      { line: 4, problem: null, signals: [{ kind: 'heartbeat', device: '', shown: '' }] },
    ],
  })
  expect(heard(profiles)).toEqual([])
  expect((await ask(admin, 'PUT', '/api/profiles', { text })).statusCode).toBe(204)
  expect(heard(profiles)).toEqual(['sos', 'battery', 'heartbeat'])
  expect(heard(openProfiles({ store: openProfileStore(database), clock: systemClock }))).toEqual(['sos', 'battery', 'heartbeat'])
  expect((await ask(admin, 'GET', '/api/profiles')).json()).toEqual([{ id: 'terminal', text }])
  expect((await ask(admin, 'DELETE', '/api/profiles/terminal')).statusCode).toBe(204)
  expect((await ask(admin, 'DELETE', '/api/profiles/terminal')).statusCode).toBe(404)
  expect(heard(profiles)).toEqual([])
  expect(database.reader.prepare('select action, subject_id from audit order by rowid').all()).toMatchObject([
    { action: 'put-profile', subject_id: 'terminal' },
    { action: 'remove-profile', subject_id: 'terminal' },
  ])
})

test('a mistake is a sentence, and nothing is kept', async () => {
  const admin = await begin()
  const wrong = text.replace('kind: sos', 'kind: siren')
  expect((await ask(admin, 'POST', '/api/profiles/try', { text: wrong, samples: '{}' })).json()).toMatchObject({
    problem: expect.stringMatching(/^rule 1 kind: /),
  })
  const refused = await ask(admin, 'PUT', '/api/profiles', { text: '{ profile: [' })
  expect(refused.statusCode).toBe(400)
  expect(refused.json()).toMatchObject({ code: 'bad-profile', message: expect.stringMatching(/neither YAML nor JSON/) })
  expect(profiles.stored()).toEqual([])
})

test('nobody but an admin reads or writes them', async () => {
  await begin()
  const operator = await world.signIn('op-a')
  for (const [method, url, payload] of [
    ['GET', '/api/profiles', undefined],
    ['PUT', '/api/profiles', { text }],
    ['POST', '/api/profiles/try', { text, samples: '' }],
  ] as const)
    expect((await ask(operator, method, url, payload)).statusCode, url).toBe(403)
})
