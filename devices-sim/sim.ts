/** Command line of the simulation: homes from a file of credentials, a scenario, a recorded home, or a made-up community to import. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { systemClock } from '../domain/clock.ts'
import { roles } from '../domain/device.ts'
import { sentenceOf } from '../domain/log.ts'
import { seconds } from '../domain/time.ts'
import { makeCommunity } from './community.ts'
import { simFamilies } from './families/index.ts'
import { playFamily } from './families/tool.ts'
import { startFleet } from './fleet.ts'
import type { SimHome } from './home.ts'
import { openRandom } from './random.ts'
import { sensorsOf } from './recording.ts'
import { startReplay } from './replay.ts'
import { scenarios, scheduleShow } from './scenarios/index.ts'
import { openStage } from './scenarios/stage.ts'

const help = `Simulated homes that speak only MQTT, by the public protocol (docs/protocol.md).

  node devices-sim/sim.ts --homes homes.json [--broker URL] [--speed N] [--seed N] [--scenario NAME | --show] [--seconds N]
  node devices-sim/sim.ts --replay home.csv.gz --terminal ID --token TOKEN [--broker URL] [--speed N]
  node devices-sim/sim.ts --replay home.csv.gz --terminal ID --sensors
  node devices-sim/sim.ts --community N [--seed N]
  node devices-sim/sim.ts --family NAME --gateway ID --token TOKEN [--broker URL] [--do join,press,motion,door,battery] [--every SECONDS]

  --homes FILE      JSON: { "homes": [ { "residentId", "building", "terminal": { "id", "token", "heartbeatSeconds" },
                    "devices": [ { "id", "role", "room" } ] } ] }
  --broker URL      mqtt://, mqtts:// or ws:// (default mqtt://127.0.0.1:1883)
  --speed N         people live N times faster; heartbeats keep the real pace (default 1)
  --seed N          another seed, other lives (default 1)
  --scenario NAME   ${scenarios.map(({ name }) => name).join(', ')}
  --show            all scenarios, one after the other
  --press N         presses the pendant of home N five seconds after the start
  --seconds N       ends after so long (default: runs until it is stopped)
  --replay FILE     a recorded home, CSV ts,sensor,kind,value, gzip or plain; with --sensors it only lists the devices to register
  --family NAME     devices of other makers in their own words: ${simFamilies.map(({ name }) => name).join(', ')};
                    without --token it says how to register them
  --secret TEXT     in place of --token: the secret of its maker, for families that sign in by their maker's formula (alink)
  --gateway ID      the registered device or gateway that speaks; --do names its deeds in order (default: all)
  --every N         seconds between two deeds (default 3)
  --community N     prints N made-up homes as JSON, ready for an import
`

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  homes: { type: 'string' },
  broker: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  scenario: { type: 'string' },
  show: { type: 'boolean', default: false },
  press: { type: 'string' },
  seconds: { type: 'string' },
  replay: { type: 'string' },
  terminal: { type: 'string' },
  token: { type: 'string' },
  sensors: { type: 'boolean', default: false },
  community: { type: 'string' },
  family: { type: 'string' },
  gateway: { type: 'string' },
  secret: { type: 'string' },
  do: { type: 'string' },
  every: { type: 'string', default: '3' },
} as const

type Options = ReturnType<typeof readOptions>
const readOptions = () => parseArgs({ options, strict: true }).values

const print = (line: string) => console.log(line)

function numberOf(text: string | undefined, name: string): number {
  const value = Number(text)
  if (text === undefined || !Number.isFinite(value) || value < 0) throw new Error(`--${name} wants a number that is not negative.`)
  return value
}

/** The homes of the file. Throws an Error that says which home is wrong. */
function readHomes(path: string): SimHome[] {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const homes = typeof value === 'object' && value !== null && 'homes' in value ? value.homes : null
  if (!Array.isArray(homes)) throw new Error(`${path} has no list named "homes".`)
  for (const [index, home] of homes.entries()) if (!isSimHome(home)) throw new Error(`${path}: home ${index} is incomplete.`)
  return homes.filter(isSimHome)
}

const roleNames: ReadonlySet<unknown> = new Set(roles)

function isSimHome(value: unknown): value is SimHome {
  const home = value as Partial<SimHome> | null
  const { terminal, devices } = home ?? {}
  const terminalFits =
    typeof terminal?.id === 'string' && typeof terminal.token === 'string' && typeof terminal.heartbeatSeconds === 'number'
  return terminalFits && Array.isArray(devices) && devices.every((device) => typeof device?.id === 'string' && roleNames.has(device.role))
}

async function replay(given: Options, path: string): Promise<void> {
  const id = given.terminal
  if (!id) throw new Error('--replay wants --terminal, the id of the terminal that sends.')
  if (given.sensors) return print(JSON.stringify(await sensorsOf(path, id), null, 2))
  if (!given.token) throw new Error('--replay wants --token, the credential of the terminal.')
  const terminal = { id, token: given.token }
  const running = startReplay({ path, brokerUrl: given.broker, terminal, clock: systemClock, speed: numberOf(given.speed, 'speed') || 1 })
  process.once('SIGINT', running.stop)
  print(`${await running.done} events replayed`)
}

function runHomes(given: Options, path: string): void {
  const seed = numberOf(given.seed, 'seed')
  const speed = numberOf(given.speed, 'speed') || 1
  const onReply = ({ home, kind }: { home: number; kind: string }) => print(`home ${home}: heard "${kind}"`)
  const fleet = startFleet({ homes: readHomes(path), brokerUrl: given.broker, clock: systemClock, seed, speed, onReply })
  print(`${fleet.size} homes live at ${speed} times the pace of the clock`)
  const stops = [fleet.stop]
  const chosen = scenarios.find(({ name }) => name === given.scenario)
  if (given.scenario && !chosen) throw new Error(`There is no scenario "${given.scenario}".`)
  const stage = openStage({ fleet, clock: systemClock, random: openRandom(seed, 700_000), tell: print })
  stops.push(stage.stop)
  if (chosen) stage.after(seconds(5), () => chosen.run(stage))
  if (given.show) stops.push(scheduleShow({ fleet, clock: systemClock, seed, tell: print }))
  if (given.press !== undefined) stage.after(seconds(5), () => void fleet.press(numberOf(given.press, 'press')))
  stops.push(systemClock.every(seconds(30), () => print(JSON.stringify(fleet.counts()))))
  const end = () => {
    print(JSON.stringify(fleet.counts()))
    for (const stop of stops) stop()
  }
  process.once('SIGINT', end)
  if (given.seconds !== undefined) systemClock.later(seconds(numberOf(given.seconds, 'seconds')), end)
}

async function main(): Promise<void> {
  const given = readOptions()
  if (given.community !== undefined) {
    return print(JSON.stringify(makeCommunity(numberOf(given.community, 'community'), numberOf(given.seed, 'seed'))))
  }
  if (given.family !== undefined && !given.help) {
    const names = {
      name: given.family,
      gateway: given.gateway,
      token: given.token,
      secret: given.secret,
      url: given.broker,
      deeds: given.do,
    }
    return playFamily({ ...names, pause: seconds(numberOf(given.every, 'every')), clock: systemClock, print })
  }
  if (given.replay !== undefined) return replay(given, given.replay)
  if (given.homes !== undefined && !given.help) return runHomes(given, given.homes)
  print(help)
}

await main().catch((error) => {
  console.error(sentenceOf(error))
  process.exitCode = 1
})
