/** Keeps the figures up with the journal, some seconds behind: no press waits for them, and what was missed while we were away is read up. */
import type { Bus } from '../../bus/bus.ts'
import { type AlarmFigures, type FigureStore, figuresAfter, type SeenMoment } from '../../domain/figures.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { type Clock, seconds } from '../../domain/time.ts'
import type { CareStore, StoredFact } from '../../store/store.ts'
import { breathe } from './breathe.ts'

export type FollowNeeds = {
  store: Pick<CareStore, 'factsSince'>
  figures: FigureStore
  bus: Pick<Bus, 'subscribe'>
  clock: Clock
  log: Log
  /** False for facts that nobody should be judged by: the platform's own presses. */
  counts?: (fact: StoredFact['fact']) => boolean
}

export type FigureFollower = {
  /** A screen painted it, or somebody opened its card. Costs nothing now; durable in some seconds. */
  seen(what: SeenMoment['what'], alarmId: string): void
  /** Resolves when everything that was committed before the call is in the figures. Rejects with StoreTrouble. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

const followEvery = seconds(3)
const pageMost = 500
/** First looks of screens kept in memory; the store knows the rest. */
const seenKept = 20_000

export function followFigures(needs: FollowNeeds): FigureFollower {
  const { clock, log, figures, bus } = needs
  const known = new Set<string>()
  let unsaved: SeenMoment[] = []
  let news = true
  let running: Promise<void> | null = null
  const work = async () => {
    if (unsaved.length > 0) {
      const moments = unsaved
      await figures.seen(moments)
      unsaved = unsaved.slice(moments.length)
    }
    while (news) {
      news = false
      await readUp(needs)
    }
  }
  const run = (): Promise<void> => {
    running ??= work().finally(() => {
      running = null
    })
    return running
  }
  const attempt = () =>
    run().catch((error) => {
      news = true
      log('warn', `The figures could not be kept and are made up for: ${sentenceOf(error)}`)
    })
  const unsubscribe = bus.subscribe(() => {
    news = true
  })
  const stopTicking = clock.every(followEvery, () => void ((news || unsaved.length > 0) && attempt()))
  return {
    seen(what, alarmId) {
      const key = `${what} ${alarmId}`
      if (known.has(key)) return
      if (known.size >= seenKept) known.clear()
      known.add(key)
      unsaved = [...unsaved, { alarmId, what, at: clock.now() }]
    },
    async caughtUp() {
      await running?.catch(() => undefined)
      await run()
    },
    async stop() {
      stopTicking()
      unsubscribe()
      await attempt()
    },
  }
}

/** Page after page, each with its place in the journal, so that nothing counts twice. */
async function readUp({ store, figures, counts = () => true }: FollowNeeds): Promise<void> {
  for (let seq = await figures.seq(); ; ) {
    const page = await store.factsSince(seq, pageMost)
    const last = page.at(-1)
    if (!last) return
    const ids = new Set(page.flatMap(({ fact }) => (fact.kind === 'test-pressed' ? [] : [fact.alarm.id])))
    await figures.save(
      folded(
        page.filter(({ fact }) => counts(fact)),
        await figures.of([...ids]),
      ),
      last.seq,
    )
    seq = last.seq
    await breathe()
  }
}

function folded(page: readonly StoredFact[], before: ReadonlyMap<string, AlarmFigures>): readonly AlarmFigures[] {
  const now = new Map<string, AlarmFigures>()
  for (const { fact } of page) {
    if (fact.kind === 'test-pressed') continue
    const after = figuresAfter(now.get(fact.alarm.id) ?? before.get(fact.alarm.id) ?? null, fact)
    if (after) now.set(fact.alarm.id, after)
  }
  return [...now.values()]
}
