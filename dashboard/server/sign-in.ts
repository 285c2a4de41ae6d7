/** The first admin, signing in by password, code or passkey, and signing out. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Accounts, AuditLine, Directory, Factor, SecondFactors, User } from '../../store/store.ts'
import type { Me, SetupState } from '../contracts.ts'
import type { SignInAnswer } from '../contracts-accounts.ts'
import { covers, scopeOf } from './access.ts'
import { passkeySignIn, secondRequest, setupRequest, signInRequest } from './account-schemas.ts'
import type { Audit } from './audit.ts'
import { cameFrom } from './came-from.ts'
import { newId } from './ids.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import type { Passkeys } from './passkeys.ts'
import type { Passwords } from './passwords.ts'
import { refuse } from './refused.ts'
import { waysOf } from './second-factor.ts'
import type { CodeCheck, openTickets } from './second-step.ts'
import { cookieName, cookieOptions, maySignIn, meOf, type Sessions, sameSecret } from './sessions.ts'
import type { InTurn } from './turns.ts'

/** How somebody shows more than a password; absent: nobody can. */
export type Seconds = { factors: SecondFactors; codeCheck: CodeCheck; passkeys: Passkeys; tickets: ReturnType<typeof openTickets> }

export type SignInNeeds = {
  accounts: Accounts
  sessions: Sessions
  directory: Pick<Directory, 'sites'>
  passwords: Passwords
  audit: Audit
  seconds: Seconds | null
  setupCode: string
  inTurn: InTurn
  /** Ends the live connections of a session. */
  cutSession: (idHash: string) => void
}

const setupTriesMax = 5
const loginsPerMinute = 5
/** Many names from one address: a whole office at the change of shift, but not somebody who tries a list. */
const loginsPerMinuteAndAddress = 60

export function addSignIn(app: App, needs: SignInNeeds): void {
  addSetup(app, needs)
  addPasswordSignIn(app, needs)
  if (needs.seconds) {
    addSecondStep(app, { ...needs, seconds: needs.seconds })
    addPasskeySignIn(app, { ...needs, seconds: needs.seconds })
  }
  addSessions(app, needs)
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
      return await openSession({ request, reply, sessions: needs.sessions, user, factor: 'password' })
    } finally {
      busy = false
    }
  })
}

function addPasswordSignIn(app: App, needs: SignInNeeds): void {
  const { accounts, sessions, passwords, audit, seconds, inTurn } = needs
  const rateLimit = {
    max: loginsPerMinute,
    timeWindow: 60_000,
    hook: 'preHandler' as const,
    keyGenerator: (request: FastifyRequest) => `${request.ip} ${(request.body as { name: string }).name.toLowerCase()}`,
  }
  const config = { needs: 'nobody' as const, rateLimit }
  const addressLimit = app.createRateLimit({ max: loginsPerMinuteAndAddress, timeWindow: 60_000 })
  app.post('/api/sign-in', { config, schema: { body: signInRequest } }, async (request, reply): Promise<SignInAnswer> => {
    mustBePrivate(request)
    const counted = await addressLimit(request)
    if (!counted.isAllowed && counted.isExceeded) throw refuse(429, 'too-many', 'Too many people sign in from here. Please wait a minute.')
    const known = await accounts.userByName(request.body.name)
    const isRight = await passwords.verify(request.body.password, known?.passwordHash ?? null)
    return inTurn(async () => {
      // Looked up again: a password that was changed while this one was checked opens nothing any more.
      const user = await accounts.userByName(request.body.name)
      if (!user || !isRight || user.disabled || user.passwordHash !== known?.passwordHash) {
        await audit.attempt({ userId: user?.id ?? '', action: 'sign-in-refused', subjectId: user?.id ?? '' })
        throw refuse(401, 'wrong-password', 'Name or password is not right.')
      }
      const ways = seconds ? await waysOf(seconds.factors, user.id) : []
      if (seconds && ways.length > 0) return { second: { ticket: seconds.tickets.give(user), ways } }
      const line = audit.line({ userId: user.id, action: 'sign-in', subjectId: user.id, detail: 'password' })
      return openSession({ request, reply, sessions, user, factor: 'password', line })
    })
  })
}

type WithSeconds = SignInNeeds & { seconds: Seconds }

function addSecondStep(app: App, { accounts, sessions, audit, seconds, inTurn }: WithSeconds): void {
  const startAgain = () => refuse(401, 'start-again', 'This took too long. Please enter your name and password again.')
  /** Nobody who was disabled, or whose password was changed, since the first step. */
  async function userOf(ticket: string): Promise<User> {
    const earned = seconds.tickets.earnedBy(ticket)
    const user = earned && (await accounts.userByName(earned.name))
    if (!user || user.disabled || user.passwordHash !== earned.passwordHash) throw startAgain()
    return user
  }

  const config = { needs: 'nobody' as const, rateLimit: { max: loginsPerMinuteAndAddress, timeWindow: 60_000 } }
  app.post('/api/sign-in/second', { config, schema: { body: secondRequest } }, async (request, reply): Promise<Me> => {
    mustBePrivate(request)
    const { ticket, code } = request.body
    const { id } = await userOf(ticket)
    const factor = await seconds.codeCheck.check(id, code, 'sign-in')
    if (!factor) {
      await audit.attempt({ userId: id, action: 'sign-in-refused', subjectId: id, detail: 'code' })
      throw refuse(401, 'wrong-code', 'The code is not right, or was used before.')
    }
    return inTurn(async () => {
      const user = await userOf(ticket)
      seconds.tickets.end(ticket)
      return openSession({ request, reply, sessions, user, factor })
    })
  })
}

function addPasskeySignIn(app: App, { accounts, sessions, audit, seconds, inTurn }: WithSeconds): void {
  const config = { needs: 'nobody' as const, rateLimit: { max: loginsPerMinuteAndAddress, timeWindow: 60_000 } }
  const { factors, passkeys } = seconds
  app.post('/api/sign-in/passkey/options', { config }, async (request) => {
    mustBePrivate(request)
    return passkeys.question(ownOrigin(request))
  })
  app.post('/api/sign-in/passkey', { config, schema: { body: passkeySignIn } }, async (request, reply): Promise<Me> => {
    mustBePrivate(request)
    const { answer } = request.body
    const passkey = await factors.passkey(answer.id)
    const counter = passkey && (await passkeys.answered(ownOrigin(request), { passkey, answer }))
    return inTurn(async () => {
      const user = passkey && (await accounts.user(passkey.userId))
      const isRight = user && !user.disabled && counter !== null
      if (!isRight || !(await factors.usedPasskey({ id: answer.id, counter, at: audit.now() }))) {
        await audit.attempt({ userId: user?.id ?? '', action: 'sign-in-refused', subjectId: user?.id ?? '', detail: 'passkey' })
        throw refuse(401, 'wrong-passkey', 'This passkey is not known here.')
      }
      const line = audit.line({ userId: user.id, action: 'sign-in', subjectId: user.id, detail: 'passkey' })
      return openSession({ request, reply, sessions, user, factor: 'passkey', line })
    })
  })
}

function addSessions(app: App, { sessions, directory, audit, cutSession }: SignInNeeds): void {
  app.post('/api/sign-out', { config: { needs: 'anybody-signed-in' } }, async (request, reply) => {
    const { idHash, user } = signedIn(request)
    await sessions.end(idHash, audit.line({ userId: user.id, action: 'sign-out', subjectId: user.id }))
    cutSession(idHash)
    const own = ownOrigin(request)
    reply.clearCookie(cookieName(own), { ...cookieOptions(own), maxAge: 0 })
    return reply.code(204).send()
  })
  app.get('/api/me', { config: { needs: 'anybody-signed-in' } }, async (request): Promise<Me> => {
    const signed = signedIn(request)
    const scope = scopeOf(signed.user)
    const first = (await directory.sites()).find(({ id }) => covers(scope, id))
    return { ...meOf(signed), timeZone: first?.timeZone ?? '' }
  })
}

/** `line`: where nothing else told the record of it. */
type Opening = { request: FastifyRequest; reply: FastifyReply; sessions: Sessions; user: User; factor: Factor; line?: AuditLine }

/** Always a fresh session: what a browser carried before signing in is worth nothing afterwards. */
export async function openSession({ request, reply, sessions, user, factor, line }: Opening): Promise<Me> {
  const own = ownOrigin(request)
  const { secret, session, isLimited } = await sessions.start(user, { ...cameFrom(request), factor }, line)
  reply.setCookie(cookieName(own), secret, cookieOptions(own))
  return meOf({ user, session, isLimited })
}

export function mustBePrivate(request: FastifyRequest): void {
  if (maySignIn(ownOrigin(request))) return
  const message =
    'Passwords do not travel over an open network. Give the platform a certificate (ANLING_TLS_CERT), or use it on its own machine.'
  throw refuse(403, 'https-needed', message)
}
