/** One side of a comparison, ready to be measured: a server in its own process, a load in another, a button and a screen in this one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, Login, Order } from './load.ts'
import { type Child, startChild, startLoad } from './loader.ts'
import type { Meters } from './meters.ts'
import { openPressClient, type PressClient } from './press-client.ts'
import { loginOf, pendantId, seedFolder, terminalId } from './seed.ts'
import { openBareWall, openWall, signIn } from './wall.ts'

/** `synced`: bare, with one synced write before a press is told. */
export type Side = 'anling' | 'bare' | 'synced'
/** `buttons`: terminals that press; each carries `pendantsEach` buttons of its own resident. `beaters`: terminals that only beat. */
export type RigNeeds = { side: Side; beaters: number; buttons: number; pendantsEach: number; storage?: 'on' | 'off' }

export type Rig = {
  server: Child<object, Meters>
  load: Child<Order, Answer>
  beaters: readonly Login[]
  mqttPort: number
  meters(): Promise<Meters>
  /** Presses once; resolves with milliseconds to PUBACK and to the screen's event. */
  press(): Promise<{ puback: number; wall: number }>
  close(): Promise<void>
}

const pressKeys = /bench-press-(\d+)/g

export async function openRig(needs: RigNeeds): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'anling-bench-'))
  const homes = needs.beaters + needs.buttons
  if (needs.side === 'anling') await seedFolder(folder, { homes, devicesPerHome: 1 + needs.pendantsEach, credentials: homes })
  const server = startServer(needs, folder)
  const { mqttPort, httpPort, setupCode = '' } = await server.ask({})
  const load = startLoad()
  const seen = new Map<number, () => void>()
  const closeWall = await openScreen({ side: needs.side, origin: `http://127.0.0.1:${httpPort}`, setupCode }, (fact) => {
    // An alarm that was asked for again names all its presses.
    for (const [, digits] of JSON.stringify(fact).matchAll(pressKeys)) {
      seen.get(Number(digits))?.()
      seen.delete(Number(digits))
    }
  })
  const beaters = Array.from({ length: needs.beaters }, (_, n) => loginOf(terminalId(needs.buttons + n)))
  const buttons = Array.from({ length: needs.buttons }, (_, n) => openPressClient({ login: loginOf(terminalId(n)), port: () => mqttPort }))
  while (!buttons.every((button) => button.connected())) await new Promise((resolve) => setTimeout(resolve, 20))
  const press = openPressing({ ...needs, clients: buttons, seen })
  return {
    ...{ server, load, beaters, mqttPort, press },
    meters: () => server.ask({}),
    async close() {
      closeWall()
      for (const button of buttons) button.close()
      await load.stop()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function startServer({ side, storage = 'on' }: RigNeeds, folder: string): Child<object, Meters> {
  if (side === 'anling') return startChild<object, Meters>('server.ts', ['--data', folder, '--storage', storage])
  return startChild<object, Meters>('bare.ts', side === 'synced' ? ['--synced'] : [])
}

function openScreen(where: { side: Side; origin: string; setupCode: string }, onFact: (fact: unknown) => void): Promise<() => void> {
  if (where.side !== 'anling') return openBareWall(where.origin, onFact)
  return signIn(where.origin, where.setupCode).then((signed) => openWall(signed, onFact))
}

type Pressing = { buttons: number; pendantsEach: number; clients: readonly PressClient[]; seen: Map<number, () => void> }

/** Takes the buttons in turn. Each press is from a pendant of its own, as long as they last. */
function openPressing({ buttons, pendantsEach, clients, seen }: Pressing): Rig['press'] {
  let count = 0
  return async () => {
    const number = ++count
    const home = number % buttons
    const from = performance.now()
    const painted = new Promise<number>((resolve) => seen.set(number, () => resolve(performance.now() - from)))
    const topic = `care/${pendantId(home, Math.floor(number / buttons) % pendantsEach)}/sos`
    const puback = clients[home]?.press(topic, JSON.stringify({ id: `bench-press-${number}`, at: Date.now() }))
    return { puback: (await puback) ?? Number.NaN, wall: await painted }
  }
}

/** Presses `perSecond` times a second for `seconds`, without waiting for answers in between. Resolves when all were answered. */
export async function pressFor(
  rig: Rig,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<{ puback: number[]; wall: number[] }> {
  const presses: Promise<{ puback: number; wall: number }>[] = []
  for (let i = 0; i < perSecond * seconds; i++) {
    presses.push(rig.press())
    await new Promise((resolve) => setTimeout(resolve, (1000 / perSecond) * (0.5 + Math.random())))
  }
  const all = await Promise.all(presses)
  return { puback: all.map((one) => one.puback), wall: all.map((one) => one.wall) }
}
