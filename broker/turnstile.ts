/**
 * Admission in slices. A storm of reconnects is thousands of small pieces of work; done as they come, they fill whole seconds
 * of the event loop and a press waits behind them. Here each piece takes its turn: a bounded number per turn of the event loop, the lanes
 * in rotation, so that whoever is connected is served in between. Nothing is dropped.
 */

/** What can come in a crowd, and what one piece of it weighs. */
export const lanes = { tcp: 4, tls: 4, ws: 4, greeting: 16, upgrade: 4, leaving: 2 } as const
export type Lane = keyof typeof lanes
const names = Object.keys(lanes) as Lane[]

type Needs<T> = {
  unitsPerTurn: number
  /** Whether the lane must wait for now; call `wake` when that changes. */
  isHeld: (lane: Lane) => boolean
  work: (lane: Lane, thing: T) => void
  failed: (error: unknown) => void
}
type Turnstile<T> = Needs<T> & { queues: Record<Lane, Queue<T>>; scheduled: boolean; next: number }

/** The turnstile: `pass` has `work` done in a later turn of the event loop. */
export function openTurnstile<T>(needs: Needs<T>) {
  const queues = Object.fromEntries(names.map((lane) => [lane, openQueue<T>()])) as Record<Lane, Queue<T>>
  const turnstile: Turnstile<T> = { ...needs, queues, scheduled: false, next: 0 }
  return {
    pass(lane: Lane, thing: T): void {
      queues[lane].put(thing)
      wake(turnstile)
    },
    wake: (): void => wake(turnstile),
    size: (): number => names.reduce((sum, lane) => sum + queues[lane].size(), 0),
  }
}

function wake<T>(turnstile: Turnstile<T>): void {
  if (turnstile.scheduled || !names.some((lane) => isReady(turnstile, lane))) return
  turnstile.scheduled = true
  setImmediate(turn, turnstile)
}

const isReady = <T>({ queues, isHeld }: Turnstile<T>, lane: Lane): boolean => queues[lane].size() > 0 && !isHeld(lane)

function turn<T>(turnstile: Turnstile<T>): void {
  turnstile.scheduled = false
  let units = turnstile.unitsPerTurn
  while (units > 0) {
    const lane = nextLane(turnstile)
    if (!lane) break
    units -= lanes[lane]
    run(turnstile, lane)
  }
  wake(turnstile)
}

function nextLane<T>(turnstile: Turnstile<T>): Lane | null {
  for (let i = 0; i < names.length; i++) {
    const lane = names[(turnstile.next + i) % names.length] as Lane
    if (!isReady(turnstile, lane)) continue
    turnstile.next = (turnstile.next + i + 1) % names.length
    return lane
  }
  return null
}

function run<T>({ queues, work, failed }: Turnstile<T>, lane: Lane): void {
  try {
    work(lane, queues[lane].take() as T)
  } catch (error) {
    failed(error)
  }
}

type Queue<T> = { put: (thing: T) => void; take: () => T | undefined; size: () => number }

/** First in, first out; taking does not move the rest, and keeps nothing that was taken. */
function openQueue<T>(): Queue<T> {
  let things: (T | undefined)[] = []
  let taken = 0
  return {
    put: (thing) => {
      things.push(thing)
    },
    take() {
      const thing = things[taken]
      things[taken++] = undefined
      if (taken === things.length || taken === 1_024) {
        things = things.slice(taken)
        taken = 0
      }
      return thing
    },
    size: () => things.length - taken,
  }
}
