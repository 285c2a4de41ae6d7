/** `npm run demo`: the whole platform with a community of 300 simulated homes, a ready sign-in, and a show; keys press buttons. */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Sign } from '../alerts/silence/routines.ts'
import { hashToken, newToken } from '../broker/credentials.ts'
import { readConfig } from '../config.ts'
import { hashOf, newSecret } from '../dashboard/server/family/phones.ts'
import { openPasswords } from '../dashboard/server/passwords.ts'
import { systemClock } from '../domain/clock.ts'
import { isActivity } from '../domain/daily.ts'
import type { KnownDevice } from '../domain/device.ts'
import { sentenceOf } from '../domain/log.ts'
import type { Reading } from '../domain/reading.ts'
import { after, before, days, hours, milliseconds, minutes } from '../domain/time.ts'
import { consoleLog, type Platform, startPlatform } from '../main.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import { openDirectory } from '../store/sqlite/directory.ts'
import { openEnrolmentStore } from '../store/sqlite/enrolment.ts'
import { openLifeStore } from '../store/sqlite/enrolment-life.ts'
import { type CommunityRows, makeCommunity } from './community.ts'
import { demoOutlines, demoPlan, demoSites, inDistricts, pointsOfSites } from './demo-maps.ts'
import { breakButtons } from './demo-troubles.ts'
import { type Fleet, simHomesOf, startFleet } from './fleet.ts'
import type { SimHome } from './home.ts'
import { batteryOf, pastOf } from './past.ts'
import { scheduleShow } from './scenarios/index.ts'

const homes = 300
const seed = 20_261_122
/** The visitor's own homes: the show leaves them alone. */
const yours = [7, 58, 121, 203, 264]
/** They have been quiet for just so long that, by day, they are asked within a minute or two; one of them does not answer. */
const quiet = [32, 90, 145]
const say = (line: string): void => console.log(line)

/** The usual port, or any free one when something else already listens there. */
async function portNear(usual: number): Promise<number> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(usual, '127.0.0.1', () => resolve(true))
  })
  if (free) await new Promise((resolve) => server.close(resolve))
  return free ? usual : 0
}

/** The directory as the centre would have left it yesterday: nine of ten devices proved within the week that they work, a few long ago, the rest never. */
async function furnish(dataDir: string, rows: CommunityRows, onFatal: (error: unknown) => never): Promise<void> {
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal })
  await openDirectory(database).put(rows)
  const proven = rows.devices.filter((_, index) => index % 24 !== 0)
  const at = (index: number) => before(systemClock.now(), hours(index % 17 === 0 ? 24 * 12 : 3 + ((index * 7) % 140)))
  await openEnrolmentStore(database).saveProofs(proven.map(({ id }, index) => ({ deviceId: id, claimedAt: null, provenAt: at(index) })))
  const pendants = rows.devices.filter(({ power }) => power === 'battery')
  await openLifeStore(database).saveNotes(
    pendants.map(({ id: deviceId }, index) => ({
      ...{ deviceId, batteryPercent: batteryOf(deviceId).now, batteryAt: before(systemClock.now(), minutes(index % 300)) },
      ...{ vendor: '', model: '', firmware: '' },
    })),
  )
  database.close()
}

/** Resolves with the token of each device that has a connection of its own. */
async function moveIn({ directory, pepper }: Platform, rows: CommunityRows): Promise<Map<string, string>> {
  const tokens = new Map(rows.devices.filter(({ gatewayId }) => gatewayId === null).map(({ id }) => [id, newToken()]))
  await Promise.all([...tokens].map(([id, token]) => directory.putCredential(id, hashToken(pepper, token))))
  return tokens
}

/** Invented outlines and plans, so that the map and the desk have something to show. */
async function drawMaps({ maps }: Platform, rows: CommunityRows): Promise<void> {
  await maps.putOutlines(demoOutlines(rows.sites))
  for (const [id, point] of pointsOfSites(rows.sites)) {
    await maps.putPoint(id, point)
    const homes = rows.homes.filter(({ siteId }) => siteId === id)
    await maps.putPlan(id, { frame: 'earth', features: demoPlan(homes, point), at: systemClock.now() })
  }
}

/** An operator who sees everything, with a password of this run. */
async function hireOperator({ accounts }: Platform): Promise<{ name: string; password: string }> {
  const password = randomBytes(9).toString('base64url')
  const user = { id: 'demo', name: 'demo', displayName: '李敏', role: 'admin' as const, siteIds: [], disabled: false }
  await accounts.putUser(user, await openPasswords().hash(password))
  return { name: user.name, password }
}

/** 李敏 is on duty at every site around the clock, so that the duty check knows somebody to miss. */
async function writeRota({ duty }: Platform, rows: CommunityRows): Promise<void> {
  const everyDay = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 0, firstDay: '', lastDay: '' }
  for (const { id } of rows.sites) await duty.putShift({ ...everyDay, id: `demo-${id}`, siteId: id, name: '全天班', personIds: ['demo'] })
}

/** One elder agreed that her relative sees how she is; resolves with the path that opens the family's page, once. */
async function inviteFamily({ families }: Platform, rows: CommunityRows): Promise<{ path: string; who: string }> {
  const resident = rows.residents[yours[0] ?? 0]
  const contact = rows.contacts.find(({ residentId, relation }) => residentId === resident?.id && relation === 'relative')
  if (!resident || !contact) throw new Error('The first of your homes has no relative.')
  const hers = { residentId: resident.id, contactId: contact.id }
  const at = systemClock.now()
  const line = { at, userId: 'demo', subjectId: resident.id, detail: contact.id }
  await families.putConsent({ ...hers, how: 'spoken', note: 'demo', at, by: '李敏' }, { ...line, action: 'family-consent' })
  const token = newSecret()
  const invitation = { ...hers, tokenHash: hashOf(token), madeAt: at, expiresAt: after(at, days(7)) }
  await families.putInvitation(invitation, { ...line, action: 'family-invited' })
  return { path: `/family#/join/${token}`, who: `${contact.name} of ${resident.name}` }
}

const pastDays = 14

/** Two weeks of readings of every home, as if they had been heard: put into the store directly, since nobody was there to hear them. */
async function remember({ directory, telemetry, dailyFacts, silence }: Platform, homes: readonly SimHome[]): Promise<void> {
  const to = systemClock.now()
  const span = { from: before(to, days(pastDays)), to, utcOffset: hours(8) }
  for (const [index, home] of homes.entries()) {
    const devices = (await directory.card(home.residentId))?.devices ?? []
    const known = await Promise.all(devices.map(({ id }) => directory.device(id)))
    const past = pastOf({ home, devices: known.filter((device) => device !== null), seed, index, ...span })
    await telemetry.record(past)
    const signs = signsOf(past, known)
    const number = known[0]?.residentNumber ?? 0
    if (quiet.includes(index)) fallSilent(silence, number, signs)
    else silence.routines.recall(number, signs)
    if (yours.includes(index)) beenSeen(silence, number, signs)
    await new Promise<void>((resolve) => void systemClock.later(milliseconds(20), resolve))
  }
  await dailyFacts.run()
}

/** The visitor's own homes were lived in until a moment ago: the family's page and their cards say so at the first look. */
function beenSeen(silence: Platform['silence'], number: number, signs: readonly Sign[]): void {
  const last = signs.at(-1)
  if (last && silence.lastActiveAt(number) === 0) silence.active(number, last.source, last.at)
}

/** The question comes when less than about a fifth of the limit is left. */
const askedShare = 0.22

/** Learns a past that ended so long ago that the question is due and the alarm not yet. */
function fallSilent(silence: Platform['silence'], number: number, signs: readonly Sign[]): void {
  const now = systemClock.now()
  for (let since = hours(1); since < hours(14); since = milliseconds(since + minutes(10))) {
    const until = signs.filter(({ at }) => at < before(now, since))
    silence.routines.recall(number, until)
    const { limit } = silence.standing(number, now)
    const last = until.at(-1)
    const left = limit ? limit.dueAt - now : 0
    if (!limit || !last || left < minutes(5) || left > limit.limit * askedShare) continue
    if (silence.lastActiveAt(number) === 0) silence.active(number, last.source, last.at)
    return
  }
  silence.routines.recall(number, signs)
}

/** The signs of life among invented readings, as the watch over silence would have heard them. */
function signsOf(past: readonly Reading[], devices: readonly (KnownDevice | null)[]): Sign[] {
  const exits = new Set(devices.flatMap((device) => (device?.role === 'front-door' ? [device.number] : [])))
  return past
    .filter(isActivity)
    .sort((a, b) => a.at - b.at)
    .map(({ at, device, kind, value }) => ({
      ...{
        at,
        source: device,
        state: value > 0 ? 1 : 0,
        certainty: kind === 'motion' ? 0.5 : 1,
        isExit: exits.has(device),
        isBed: kind === 'bed',
      },
    }))
}

const keys = 'p  an SOS · c  the same person cancels · t  a test press · q  the end'

/** Turns key strokes into presses, where there is a keyboard. */
function listenToKeys(fleet: Fleet, end: () => void): void {
  if (!process.stdin.isTTY) return
  let turn = 0
  const mine = () => yours[turn % yours.length] ?? 0
  const strokes: Record<string, () => void> = {
    p: () => {
      turn += 1
      fleet.press(mine())
      say(`Home ${mine()} pressed its pendant.`)
    },
    c: () => {
      fleet.cancel(mine())
      say(`Home ${mine()} pressed cancel: shown on the alarm, which stays open.`)
    },
    t: () => {
      fleet.test(mine())
      say(`Home ${mine()} tested its button: thanked, logged, rings nobody.`)
    },
    q: end,
    '\u0003': end,
  }
  process.stdin.setRawMode(true).setEncoding('utf8')
  process.stdin.on('data', (stroke) => (strokes[String(stroke).toLowerCase()] ?? (() => say(keys)))())
}

async function main(): Promise<void> {
  const dataDir = join(import.meta.dirname, '..', 'data', 'demo')
  rmSync(dataDir, { recursive: true, force: true })
  const ports = { ANLING_HTTP_PORT: String(await portNear(8080)), ANLING_MQTT_PORT: String(await portNear(1883)) }
  const config = readConfig({ ...ports, ...process.env, ANLING_DATA_DIR: dataDir })
  const log = consoleLog('plain')
  const onFatal = (error: unknown): never => {
    say(`The demo ends: ${sentenceOf(error)}`)
    process.exit(70)
  }
  const rows = inDistricts(makeCommunity(homes, seed, { homesPerSite: homes / demoSites }))
  await furnish(dataDir, rows, onFatal)
  const platform = await startPlatform({
    config,
    log: (level, ...line) => (level === 'error' ? log(level, ...line) : undefined),
    write: say,
    onFatal,
  })
  const tokens = await moveIn(platform, rows)
  await drawMaps(platform, rows)
  const operator = await hireOperator(platform)
  await writeRota(platform, rows)
  await breakButtons(platform.troubles, rows, { now: systemClock.now(), first: 13 })
  const invited = await inviteFamily(platform, rows)
  const simHomes = simHomesOf(rows, tokens)
  const fleet = startFleet({
    homes: simHomes,
    brokerUrl: `mqtt://127.0.0.1:${platform.mqttPort}`,
    clock: systemClock,
    seed,
    speed: 1,
  })
  for (const index of quiet) fleet.home(index).quiet()
  const stopShow = scheduleShow({ fleet, clock: systemClock, seed, taken: [...yours, ...quiet], tell: say })
  say(`\nAnling 安铃 · ${homes} simulated homes in ${demoSites} sites\n`)
  say(`  wall      ${platform.url}`)
  say(`  cockpit   ${platform.url}/cockpit   (for visitors: ${platform.url}/wall?mode=show)`)
  say(`  sign in   ${operator.name} / ${operator.password}`)
  say(`  family    ${platform.url}${invited.path}   (${invited.who}; opens once, home ${yours[0]} is hers)`)
  say(`  MQTT      mqtt://127.0.0.1:${platform.mqttPort}`)
  say(`  keys      ${keys}`)
  say(
    '  duty      close every wall, and after a minute the platform says that nobody attends: nobody here has a telephone. A wall ends it.\n',
  )
  const end = () => {
    stopShow()
    fleet.stop()
    void platform.close().then(() => process.exit(0))
  }
  listenToKeys(fleet, end)
  void remember(platform, simHomes).catch((error) => say(`The homes have no past: ${sentenceOf(error)}`))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
}

main().catch((error) => {
  console.error(`The demo did not start: ${sentenceOf(error)}`)
  process.exit(1)
})
