/** The platform's own screen: it may open a live connection and sees the platform's own button, and nothing else. The API does not know it. */
import { lifeSignSite } from '../../domain/life-sign.ts'
import { after, type Clock } from '../../domain/time.ts'
import { type Sessions, type Signed, sameSecret, sessionLife } from './sessions.ts'

const idHash = lifeSignSite

/** The sessions with one more, for live connections alone. `secret`: made anew at each start and kept nowhere; '' opens nothing. */
export function withOwnScreen(
  sessions: Sessions,
  { secret, clock }: { secret: string; clock: Pick<Clock, 'now'> },
): Pick<Sessions, 'find' | 'recheck'> {
  const own = (): Signed => ({ user, session: sessionAt(clock), idHash, isLimited: false })
  return {
    find: async (given) => (secret !== '' && sameSecret(given, secret) ? own() : sessions.find(given)),
    recheck: async (asked) => (asked === idHash ? own() : sessions.recheck(asked)),
  }
}

const user: Signed['user'] = {
  id: lifeSignSite,
  name: lifeSignSite,
  displayName: '',
  role: 'operator',
  siteIds: [lifeSignSite],
  disabled: false,
}

function sessionAt(clock: Pick<Clock, 'now'>): Signed['session'] {
  const at = clock.now()
  return {
    ...{ id: lifeSignSite, userId: user.id, createdAt: at, usedAt: at, expiresAt: after(at, sessionLife) },
    ...{ csrfToken: '', label: '', place: '', factor: 'password' },
  }
}
