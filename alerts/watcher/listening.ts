/** Hears signs of life, or raises the alarm: silence is what it tells of, again and again until it hears. Keeps nothing between two runs. */
import { type Clock, type Span, seconds } from '../../domain/time.ts'

/** `silent`: for how many seconds nothing was heard; said again every `repeat`. `heard-again`: how long the silence was. */
export type News = { kind: 'silent' | 'heard-again'; seconds: number; times: number }
export type ListeningState = { state: 'waiting' | 'hearing' | 'silent'; secondsSinceHeard: number; signs: number }

export type ListeningNeeds = {
  clock: Pick<Clock, 'elapsed' | 'every'>
  /** Silence longer than this is the alarm. */
  after: Span
  repeat: Span
  /** Never throws. */
  tell: (news: News) => void
}

export type Listening = { sign(): void; state(): ListeningState; stop(): void }

const lookEvery = seconds(1)
/** Longer than this between two looks: it was this process that stood still, and a sign may have been sent meanwhile. */
const stoodStillAfter = seconds(10)
/** Then one sign, sent every 30 s, must be given the time to arrive. */
const afterStandstill = seconds(35)

/** Starts listening. A start counts as "just heard": a platform that is down when the watcher starts is told of after the same limit. */
export function startListening({ clock, after, repeat, tell }: ListeningNeeds): Listening {
  let heardAt = clock.elapsed()
  let lookedAt = heardAt
  /** No alarm before this, however long the silence looks. */
  let notBefore = heardAt
  let toldAt: number | null = null
  let times = 0
  let signs = 0
  const silence = () => clock.elapsed() - heardAt
  const say = (kind: News['kind']) => tell({ kind, seconds: Math.round(silence() / 1_000), times })
  const look = () => {
    const now = clock.elapsed()
    if (now - lookedAt > stoodStillAfter) notBefore = now + afterStandstill
    lookedAt = now
    if (silence() <= after || now < notBefore) return
    if (toldAt !== null && now - toldAt < repeat) return
    toldAt = now
    times += 1
    say('silent')
  }
  return {
    sign() {
      signs += 1
      if (toldAt !== null) say('heard-again')
      heardAt = clock.elapsed()
      toldAt = null
      times = 0
    },
    state: () => ({
      state: toldAt !== null ? 'silent' : signs === 0 ? 'waiting' : 'hearing',
      secondsSinceHeard: Math.round(silence() / 1_000),
      signs,
    }),
    stop: clock.every(lookEvery, look),
  }
}
