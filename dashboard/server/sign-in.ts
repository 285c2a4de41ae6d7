/** The first admin, signing in, signing out, and one's own password. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Accounts, User } from '../../store/store.ts'
import type { Me, SetupState } from '../contracts.ts'
import type { Audit } from './audit.ts'
import { cameFrom } from './came-from.ts'
import { newId } from './ids.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import type { Passwords } from './passwords.ts'
import { refuse } from './refused.ts'
import { passwordRequest, setupRequest, signInRequest } from './schemas.ts'
import { cookieName, cookieOptions, maySignIn, meOf, type Sessions, sameSecret } from './sessions.ts'

export type SignInNeeds = {
  accounts: Accounts
  sessions: Sessions
  passwords: Passwords
  audit: Audit

  setupCode: string
  /** Ends the live connections of a session. */
  cutSession: (idHash: string) => void
  cutUser: (userId: string) => void
}

const setupTriesMax = 5
const loginsPerMinute = 5
/** Many names from one address: a whole office at the change of shift, but not somebody who tries a list. */
const loginsPerMinuteAndAddress = 60

export function addSignIn(app: App, needs: SignInNeeds): void {
  addSetup(app, needs)
  addSessions(app, needs)
  addOwnPassword(app, needs)
}

function addSetup(app: App, needs: SignInNeeds): void {
  const { accounts, passwords, audit } = needs
  let triesLeft = setupTriesMax
  let busy = false
  app.get('/api/setup', { config: { needs: 'nobody' } }, async (): Promise<SetupState> => ({ needed: (await accounts.countUsers()) === 0 }))
  app.post('/api/setup', { config: { needs: 'nobody' }, schema: { body: setupRequest } }, async (request, reply): Promise<Me> => {
    mustBePrivate(request)
    if (busy || (await accounts.countUsers()) > 0)
      throw refuse(409, 'already-set-up', 'The platform already has its first admin. Please sign in.')
    if (triesLeft <= 0) throw refuse(403, 'code-void', 'The code was entered wrongly too often. Restart the platform for a new one.')
    triesLeft -= 1
    if (!sameSecret(request.body.code, needs.setupCode)) throw refuse(403, 'wrong-code', `The code is not right. Tries left: ${triesLeft}.`)
    busy = true
    try {
      const { name, displayName, password } = request.body
      const user: User = { id: newId(), name, displayName, role: 'admin', siteIds: [], disabled: false }
      const line = audit.line({ userId: user.id, action: 'set-up', subjectId: user.id })
      await accounts.putUser(user, await passwords.hash(password), line)
      triesLeft = 0
      return await openSession({ request, reply, needs, user })
    } finally {
      busy = false
    }
  })
}

function addSessions(app: App, needs: SignInNeeds): void {
  const { accounts, sessions, passwords, audit } = needs
  const rateLimit = {
    max: loginsPerMinute,
    timeWindow: 60_000,
    hook: 'preHandler' as const,
    keyGenerator: (request: FastifyRequest) => `${request.ip} ${(request.body as { name: string }).name.toLowerCase()}`,
  }
  const config = { needs: 'nobody' as const, rateLimit }
  const addressLimit = app.createRateLimit({ max: loginsPerMinuteAndAddress, timeWindow: 60_000 })
  app.post('/api/sign-in', { config, schema: { body: signInRequest } }, async (request, reply): Promise<Me> => {
    mustBePrivate(request)
    const counted = await addressLimit(request)
    if (!counted.isAllowed && counted.isExceeded) throw refuse(429, 'too-many', 'Too many people sign in from here. Please wait a minute.')
    const user = await accounts.userByName(request.body.name)
    const right = await passwords.verify(request.body.password, user?.passwordHash ?? null)
    if (!user || !right || user.disabled) {
      await audit.attempt({ userId: user?.id ?? '', action: 'sign-in-refused', subjectId: user?.id ?? '' })
      throw refuse(401, 'wrong-password', 'Name or password is not right.')
    }
    await audit.attempt({ userId: user.id, action: 'sign-in', subjectId: user.id })
    return openSession({ request, reply, needs, user })
  })
  app.post('/api/sign-out', { config: { needs: 'anybody-signed-in' } }, async (request, reply) => {
    const { idHash, user } = signedIn(request)
    await sessions.end(idHash)
    needs.cutSession(idHash)
    await audit.attempt({ userId: user.id, action: 'sign-out', subjectId: user.id })
    const own = ownOrigin(request)
    reply.clearCookie(cookieName(own), { ...cookieOptions(own), maxAge: 0 })
    return reply.code(204).send()
  })
  app.get('/api/me', { config: { needs: 'anybody-signed-in' } }, async (request): Promise<Me> => meOf(signedIn(request)))
}

/** Who knows the password may change it; every other session of the person ends. */
function addOwnPassword(app: App, needs: SignInNeeds): void {
  const { accounts, passwords, audit } = needs
  const config = { needs: 'anybody-signed-in' as const, rateLimit: { max: loginsPerMinute, timeWindow: 60_000 } }
  app.post('/api/me/password', { config, schema: { body: passwordRequest } }, async (request, reply): Promise<Me> => {
    const { user } = signedIn(request)
    const stored = await accounts.userByName(user.name)
    const right = await passwords.verify(request.body.current, stored?.passwordHash ?? null)
    if (!right) throw refuse(403, 'wrong-password', 'The present password is not right.')
    const line = audit.line({ userId: user.id, action: 'change-own-password', subjectId: user.id })
    await accounts.putUser(user, await passwords.hash(request.body.next), line)
    needs.cutUser(user.id)
    return openSession({ request, reply, needs, user })
  })
}

/** Always a fresh session: what a browser carried before signing in is worth nothing afterwards. */
async function openSession(of: { request: FastifyRequest; reply: FastifyReply; needs: SignInNeeds; user: User }): Promise<Me> {
  const own = ownOrigin(of.request)
  const { secret, session } = await of.needs.sessions.start(of.user.id, { ...cameFrom(of.request), factor: 'password' })
  of.reply.setCookie(cookieName(own), secret, cookieOptions(own))
  return meOf({ user: of.user, session })
}

function mustBePrivate(request: FastifyRequest): void {
  if (maySignIn(ownOrigin(request))) return
  const message =
    'Passwords do not travel over an open network. Give the platform a certificate (ANLING_TLS_CERT), or use it on its own machine.'
  throw refuse(403, 'https-needed', message)
}
