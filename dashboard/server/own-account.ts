/** My account: one's own password, second factors and sessions. What guards the account changes only minutes after the password was said. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Accounts, Session } from '../../store/store.ts'
import type { Me } from '../contracts.ts'
import type { FactorMade, NewOneTimeCode, OwnAccount, PasskeyOffer, SessionRow } from '../contracts-accounts.ts'
import { codeRequest, confirmRequest, newPasskey, ownPasskey, passkeyName, passwordRequest, someSession } from './account-schemas.ts'
import type { Audit } from './audit.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import type { OneTimeCodes } from './one-time-codes.ts'
import { canHavePasskeys } from './passkeys.ts'
import type { Passwords } from './passwords.ts'
import { badField, notFound, refuse } from './refused.ts'
import { mustHaveSecond, type SecondFactorRule, waysOf } from './second-factor.ts'
import type { Sessions, Signed } from './sessions.ts'
import { openSession, type Seconds } from './sign-in.ts'
import type { InTurn } from './turns.ts'

export type AccountNeeds = {
  accounts: Accounts
  sessions: Sessions
  passwords: Passwords
  audit: Audit
  rule: SecondFactorRule
  seconds: (Seconds & { codes: OneTimeCodes }) | null
  inTurn: InTurn
  /** Ends the live connections of a session, or of a person. */
  cutSession: (idHash: string) => void
  cutUser: (userId: string) => void
}
type WithSeconds = AccountNeeds & { seconds: Seconds & { codes: OneTimeCodes } }

const config = { needs: 'anybody-signed-in' as const }
/** What costs a slow hash, or can be guessed: by person, not by address, since an office shares one and a thief has many. */
const keyGenerator = (request: FastifyRequest) => request.signed?.user.id ?? request.ip
const guarded = { ...config, rateLimit: { max: 5, timeWindow: 60_000, keyGenerator } }
const passkeysMost = 20

export function addOwnAccount(app: App, needs: AccountNeeds): void {
  addOwnPassword(app, needs)
  addOwnSessions(app, needs)
  if (!needs.seconds) return
  const withSeconds = { ...needs, seconds: needs.seconds }
  addState(app, withSeconds)
  addOneTimeCode(app, withSeconds)
  addRecoveryCodes(app, withSeconds)
  addPasskeys(app, withSeconds)
}

/** Who knows the password may change it; every other session of the person ends. */
function addOwnPassword(app: App, needs: AccountNeeds): void {
  const { accounts, passwords, audit, sessions, cutUser, inTurn } = needs
  const mustKnow = async ({ user }: Signed, password: string) => {
    const known = await accounts.userByName(user.name)
    if (await passwords.verify(password, known?.passwordHash ?? null)) return
    await audit.attempt({ userId: user.id, action: 'own-password-refused', subjectId: user.id })
    throw refuse(403, 'wrong-password', 'The present password is not right.')
  }
  app.post('/api/me/password', { config: guarded, schema: { body: passwordRequest } }, async (request, reply): Promise<Me> => {
    const signed = signedIn(request)
    const { idHash, session } = signed
    await mustKnow(signed, request.body.current)
    const hash = await passwords.hash(request.body.next)
    const user = await inTurn(async () => {
      // Who was disabled, or given another role, while this was worked out stays so.
      const still = await sessions.recheck(idHash)
      if (!still) throw refuse(401, 'signed-out', 'Please sign in.')
      const { id } = still.user
      await accounts.putUser(still.user, hash, audit.line({ userId: id, action: 'change-own-password', subjectId: id }))
      return still.user
    })
    cutUser(user.id)
    return openSession({ request, reply, sessions, user, factor: session.factor })
  })
  app.post('/api/me/confirm', { config: guarded, schema: { body: confirmRequest } }, async (request, reply) => {
    const signed = signedIn(request)
    await mustKnow(signed, request.body.password)
    sessions.confirm(signed.idHash)
    return reply.code(204).send()
  })
}

/** An admin sees other people's with the same words. */
export const sessionRows = (all: readonly (Session & { idHash: string })[], now: number, ownHash = ''): SessionRow[] =>
  all
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ id, label, place, factor, createdAt, usedAt, expiresAt, idHash }) => ({
      ...{ id, label, place, factor, createdAt, expiresAt, own: idHash === ownHash },
      usedAt: usedAt === 0 ? createdAt : usedAt,
    }))

function addOwnSessions(app: App, { accounts, audit, cutSession, sessions }: AccountNeeds): void {
  app.delete('/api/me/sessions', { config, schema: { querystring: someSession } }, async (request, reply) => {
    const { user, idHash } = signedIn(request)
    const { id } = request.query
    const all = await accounts.sessionsOf(user.id)
    const ended = id === undefined ? all.filter((one) => one.idHash !== idHash) : all.filter((one) => one.id === id)
    if (id !== undefined && ended.length === 0) throw notFound()
    for (const one of ended) {
      await sessions.end(one.idHash, audit.line({ userId: user.id, action: 'end-own-session', subjectId: user.id, detail: one.id }))
      cutSession(one.idHash)
    }
    return reply.code(204).send()
  })
}

function addState(app: App, { accounts, sessions, rule, seconds, audit }: WithSeconds): void {
  app.get('/api/me/account', { config }, async (request): Promise<OwnAccount> => {
    const signed = signedIn(request)
    const { user, idHash } = signed
    const [secret, passkeys, left, all] = await Promise.all([
      seconds.factors.oneTimeSecret(user.id),
      seconds.factors.passkeysOf(user.id),
      seconds.factors.recoveryCodesLeft(user.id),
      accounts.sessionsOf(user.id),
    ])
    return {
      oneTimeCodeSince: secret?.confirmed ? secret.madeAt : null,
      recoveryCodesLeft: left,
      passkeys: passkeys.map(({ id, label, madeAt, usedAt }) => ({ id, label, madeAt, usedAt })),
      sessions: sessionRows(all, audit.now(), idHash),
      isFresh: sessions.isFresh(signed),
      isRequired: mustHaveSecond(rule, user),
      canHavePasskeys: canHavePasskeys(ownOrigin(request)),
    }
  })
}

function mustBeFresh(sessions: Sessions, signed: Signed): void {
  if (!sessions.isFresh(signed)) throw refuse(403, 'confirm-needed', 'Please enter your password again first.')
}

/** After a new factor: recovery codes when there were none, and a session that knows of it in place of the old one. */
async function made(of: {
  request: FastifyRequest
  reply: FastifyReply
  needs: WithSeconds
  factor: Session['factor']
}): Promise<FactorMade> {
  const { request, reply, needs, factor } = of
  const { sessions, seconds, cutSession } = needs
  const { user, idHash } = signedIn(request)
  const recoveryCodes = (await seconds.factors.recoveryCodesLeft(user.id)) > 0 ? null : await newRecoveryCodes(needs, user.id)
  await sessions.end(idHash)
  cutSession(idHash)
  return { me: await openSession({ request, reply, sessions, user, factor }), recoveryCodes }
}

async function newRecoveryCodes({ seconds, audit }: WithSeconds, userId: string): Promise<readonly string[]> {
  const { codes, factors } = seconds
  const fresh = codes.makeRecoveryCodes()
  const line = audit.line({ userId, action: 'make-recovery-codes', subjectId: userId })
  await factors.putRecoveryCodes(
    userId,
    fresh.map((code) => codes.hashOf(userId, code)),
    line,
  )
  return fresh
}

function addOneTimeCode(app: App, needs: WithSeconds): void {
  const { sessions, seconds, audit } = needs
  const { factors, codes, codeCheck } = seconds
  app.post('/api/me/one-time-code', { config: guarded }, async (request): Promise<NewOneTimeCode> => {
    const signed = signedIn(request)
    mustBeFresh(sessions, signed)
    const { sealed, uri, secret } = codes.make(signed.user)
    const isTaken = await factors.putOneTimeSecret({ userId: signed.user.id, sealed, madeAt: audit.now() })
    if (!isTaken) throw refuse(409, 'already-set-up', 'There is a one-time code already. Remove it first.')
    return { uri, secret }
  })
  const schema = { body: codeRequest }
  app.post('/api/me/one-time-code/confirm', { config: guarded, schema }, async (request, reply): Promise<FactorMade> => {
    const signed = signedIn(request)
    mustBeFresh(sessions, signed)
    const secret = await factors.oneTimeSecret(signed.user.id)
    if (!secret || secret.confirmed) throw notFound()
    const factor = await codeCheck.check(signed.user.id, request.body.code, 'add-one-time-code')
    if (!factor) throw badField('code', 'the code is not right')
    return made({ request, reply, needs, factor })
  })
  app.delete('/api/me/one-time-code', { config }, async (request, reply) => {
    const signed = signedIn(request)
    mustBeFresh(sessions, signed)
    await mustKeepOne(needs, signed, 'one-time-code')
    const line = audit.line({ userId: signed.user.id, action: 'remove-one-time-code', subjectId: signed.user.id })
    if (!(await factors.removeOneTimeSecret(signed.user.id, line))) throw notFound()
    return reply.code(204).send()
  })
}

/** Where a second factor is required, the last one is replaced, not removed. */
async function mustKeepOne({ rule, seconds }: WithSeconds, { user }: Signed, kind: 'one-time-code' | 'passkey'): Promise<void> {
  if (!mustHaveSecond(rule, user)) return
  const [ways, passkeys] = await Promise.all([waysOf(seconds.factors, user.id), seconds.factors.passkeysOf(user.id)])
  const isOther = (way: string) => way !== 'recovery-code' && (way !== kind || (kind === 'passkey' && passkeys.length > 1))
  if (!ways.some(isOther)) throw refuse(409, 'last-factor', 'A second factor is required here. Add another one before you remove this one.')
}

function addRecoveryCodes(app: App, needs: WithSeconds): void {
  app.post('/api/me/recovery-codes', { config: guarded }, async (request) => {
    const signed = signedIn(request)
    mustBeFresh(needs.sessions, signed)
    if ((await waysOf(needs.seconds.factors, signed.user.id)).length === 0) throw notFound()
    return { recoveryCodes: await newRecoveryCodes(needs, signed.user.id) }
  })
}

function addPasskeys(app: App, needs: WithSeconds): void {
  const { sessions, seconds, audit } = needs
  const { factors, passkeys } = seconds
  app.post('/api/me/passkeys/options', { config: guarded }, async (request): Promise<PasskeyOffer> => {
    const signed = signedIn(request)
    mustBeFresh(sessions, signed)
    const known = await factors.passkeysOf(signed.user.id)
    if (known.length >= passkeysMost)
      throw refuse(409, 'too-many-passkeys', `There are ${passkeysMost} passkeys already. Remove one first.`)
    return passkeys.registration(ownOrigin(request), { user: signed.user, known })
  })
  app.post('/api/me/passkeys', { config: guarded, schema: { body: newPasskey } }, async (request, reply): Promise<FactorMade> => {
    const signed = signedIn(request)
    mustBeFresh(sessions, signed)
    const { user } = signed
    const { label, answer } = request.body
    const credential = await passkeys.registered(ownOrigin(request), { user, answer })
    if (!credential || (await factors.passkey(credential.id))) throw badField('answer', 'this is not a new passkey for this platform')
    const line = audit.line({ userId: user.id, action: 'add-passkey', subjectId: user.id, detail: label })
    await factors.addPasskey({ ...credential, userId: user.id, label, madeAt: audit.now(), usedAt: null }, line)
    return made({ request, reply, needs, factor: 'passkey' })
  })
  addPasskeyChanges(app, needs)
}

function addPasskeyChanges(app: App, needs: WithSeconds): void {
  const { sessions, audit, seconds } = needs
  const { factors } = seconds
  app.patch('/api/me/passkeys', { config, schema: { body: passkeyName } }, async (request, reply) => {
    const { user } = signedIn(request)
    const line = audit.line({ userId: user.id, action: 'rename-passkey', subjectId: user.id, detail: request.body.label })
    if (!(await factors.renamePasskey({ userId: user.id, ...request.body }, line))) throw notFound()
    return reply.code(204).send()
  })
  app.delete('/api/me/passkeys', { config, schema: { querystring: ownPasskey } }, async (request, reply) => {
    const signed = signedIn(request)
    mustBeFresh(sessions, signed)
    const { user } = signed
    const known = await factors.passkey(request.query.id)
    if (known?.userId !== user.id) throw notFound()
    await mustKeepOne(needs, signed, 'passkey')
    await factors.removePasskey(
      user.id,
      known.id,
      audit.line({ userId: user.id, action: 'remove-passkey', subjectId: user.id, detail: known.label }),
    )
    return reply.code(204).send()
  })
}
