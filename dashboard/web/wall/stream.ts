/** The live picture from the server's words: one hello after another, facts in order, and a resync whenever a beat disagrees. No socket here: it is given one. */
import type { Beat, HelloReply, LiveFact, ServerToScreen, Snapshot } from '../../contracts.ts'
import { compare, emptyPicture, fromSnapshot, type Picture, withBeat, withFacts } from './picture.ts'

export type StreamNeeds = {
  hello(since: number | null, answer: (reply: HelloReply) => void): void
  /** Milliseconds that only grow. */
  elapsed(): number
  onPicture(picture: Picture): void
  onSnapshot(snapshot: Snapshot): void
  /** Facts that were new to us. */
  onFacts(facts: readonly LiveFact[]): void
  onBeat(beat: Beat): void
}

export type Stream = Pick<ServerToScreen, 'facts' | 'beat' | 'resync'> & {
  connected(): void
  picture(): Picture
}

/** A hello that nobody answered is asked again after this long. */
const helloWithinMs = 5_000
/** A picture that stays wrong must not become a storm of snapshots. */
const snapshotEveryMs = 10_000

export function openStream(needs: StreamNeeds): Stream {
  let picture = emptyPicture
  let snapshotAt = Number.NEGATIVE_INFINITY
  /** Facts alone do not say which homes changed while we were away, so a snapshot follows them. */
  let returning = false
  /** Facts that arrived while a hello was under way: a snapshot written before them must not undo them. */
  let meanwhile: LiveFact[] = []

  const show = (next: Picture) => {
    if (next === picture) return
    picture = next
    needs.onPicture(picture)
  }
  const take = (facts: readonly LiveFact[]) => {
    const fresh = facts.filter(({ seq }) => seq > picture.seq)
    show(withFacts(picture, facts))
    if (fresh.length > 0) needs.onFacts(fresh)
  }
  const useSnapshot = (snapshot: Snapshot) => {
    snapshotAt = needs.elapsed()
    needs.onSnapshot(snapshot)
    show(withFacts(fromSnapshot(snapshot, picture.banner), meanwhile))
  }
  const question = openQuestion(needs, (reply) => {
    if ('snapshot' in reply) useSnapshot(reply.snapshot)
    else {
      take(reply.facts)
      show({ ...picture, seq: Math.max(picture.seq, reply.seq) })
    }
    meanwhile = []
    if (returning && !('snapshot' in reply)) question.ask(null)
    returning = false
  })
  return {
    picture: () => picture,
    connected() {
      returning = picture.known
      question.drop()
      question.ask(returning ? picture.seq : null)
    },
    resync() {
      question.drop()
      question.ask(null)
    },
    facts(facts) {
      if (question.open()) meanwhile = [...meanwhile, ...facts]
      if (picture.known) take(facts)
    },
    beat(beat) {
      needs.onBeat(beat)
      show(withBeat(picture, beat))
      const verdict = picture.known ? compare(picture, beat) : 'behind'
      if (verdict === 'behind') question.ask(picture.known ? picture.seq : null)
      if (verdict === 'wrong' && needs.elapsed() - snapshotAt > snapshotEveryMs) question.ask(null)
    },
  }
}

/** One hello at a time; one that stays without an answer may be asked again, and its late answer is not wanted any more. */
function openQuestion({ hello, elapsed }: StreamNeeds, answered: (reply: HelloReply) => void) {
  let askedAt = Number.NEGATIVE_INFINITY
  let round = 0
  return {
    open: () => askedAt > Number.NEGATIVE_INFINITY,
    drop() {
      askedAt = Number.NEGATIVE_INFINITY
    },
    ask(since: number | null) {
      if (elapsed() - askedAt < helloWithinMs) return
      askedAt = elapsed()
      round += 1
      const mine = round
      hello(since, (reply) => {
        if (mine !== round) return
        askedAt = Number.NEGATIVE_INFINITY
        answered(reply)
      })
    },
  }
}
