/** Fifty people pressing, some pressing again much later, and an operator who answers: the traffic under which the platform is killed. */
import { openPressClient, type PressClient } from './press-client.ts'
import { loginOf, pendantId, terminalId } from './seed.ts'
import { ask, type SignedIn } from './wall.ts'

export type Crowd = {
  /** Ids of all presses begun, and of those that got a PUBACK. */
  pressed: ReadonlySet<string>
  acknowledged: ReadonlySet<string>
  lateResends(): number
  /** Lets no new press begin and resolves when every one begun is acknowledged. Rejects after `limitMs`. */
  settle(limitMs: number): Promise<void>
  close(): void
}

/** Each of `devices` terminals presses its pendant again as soon as it was thanked, after at most `pauseMs`. */
export function startCrowd({ devices, port, pauseMs }: { devices: number; port: () => number; pauseMs: number }): Crowd {
  const pressed = new Set<string>()
  const acknowledged = new Set<string>()
  const state = { stopping: false, count: 0, lateResends: 0 }
  const clients = Array.from({ length: devices }, (_, n) => openPressClient({ login: loginOf(terminalId(n)), port }))
  const loops = clients.map((client, n) => pressOn(client, n, { pressed, acknowledged, state, pauseMs }))
  return {
    pressed,
    acknowledged,
    lateResends: () => state.lateResends,
    async settle(limitMs) {
      state.stopping = true
      const late = new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error(`${pressed.size - acknowledged.size} presses were never acknowledged`)), limitMs).unref(),
      )
      await Promise.race([Promise.all(loops), late])
    },
    close() {
      for (const client of clients) client.close()
    },
  }
}

type Traffic = {
  pressed: Set<string>
  acknowledged: Set<string>
  state: { stopping: boolean; count: number; lateResends: number }
  pauseMs: number
}

async function pressOn(client: PressClient, home: number, traffic: Traffic): Promise<void> {
  const { pressed, acknowledged, state } = traffic
  const topic = `care/${pendantId(home)}/sos`
  const mine: string[] = []
  while (!state.stopping) {
    const id = `kill-${home}-${state.count++}`
    pressed.add(id)
    await client.press(topic, JSON.stringify({ id, at: Date.now() }))
    acknowledged.add(id)
    mine.push(id)
    const old = mine[Math.floor(Math.random() * mine.length)]
    if (old && Math.random() < 0.1) {
      state.lateResends++
      await client.press(topic, JSON.stringify({ id: old, at: Date.now() }))
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * traffic.pauseMs))
  }
}

/** Answers and closes what is open, over and over, whatever fails, until stopped: presses then meet acknowledged and resolved alarms too. */
export function startOperator(signed: SignedIn): { closed(): number; stop(): Promise<void> } {
  let stopping = false
  let closed = 0
  const work = async () => {
    while (!stopping) {
      closed += await answerOnce(signed).catch(() => 0)
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
  }
  const done = work()
  return {
    closed: () => closed,
    stop() {
      stopping = true
      return done
    },
  }
}

async function answerOnce(signed: SignedIn): Promise<number> {
  const answer = await ask(signed, '/api/wall')
  if (!answer.ok) return 0
  const { alarms } = (await answer.json()) as { alarms: { alarm: { id: string } }[] }
  const one = alarms[Math.floor(Math.random() * alarms.length)]?.alarm.id
  if (!one) return 0
  await ask(signed, `/api/alarms/${encodeURIComponent(one)}/acknowledge`, {})
  const resolved = await ask(signed, `/api/alarms/${encodeURIComponent(one)}/resolve`, { outcome: 'help-given', text: 'answered' })
  return resolved.ok ? 1 : 0
}
