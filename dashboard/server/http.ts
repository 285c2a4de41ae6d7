/** The HTTP side: limits, headers and the gate that every request passes before a route sees it. */
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import { type FastifyContextConfig, type FastifyRequest, type FastifyServerFactory, fastify } from 'fastify'
import { createJsonSchemaTransform, serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Log } from '../../domain/log.ts'
import { can } from './access.ts'
import { type ApiKeys, admitKey } from './api-keys-gate.ts'
import { notJoined, phoneOf } from './family/needs.ts'
import { type Phones, phoneCookie } from './family/phones.ts'
import type { App, DashboardSettings } from './needs.ts'
import { ownOrigin, signedIn } from './needs.ts'
import { type Origins, openOrigins } from './origins.ts'
import { installRefusals, isApi, refuse } from './refused.ts'
import { cookieName, type Sessions, sameSecret } from './sessions.ts'

const bodyBytesMax = 64 * 1_024
const requestMsMax = 15_000
const importMsMax = 120_000
/** One address may be a whole office behind one router: generous, and never on answering an alarm. */
const requestsPerMinute = 3_000

export type HttpNeeds = {
  settings: DashboardSettings
  sessions: Sessions
  /** Relatives' telephones; absent: there is no family page here. */
  phones?: Phones | undefined
  /** Other systems; absent: none ask. */
  keys?: ApiKeys | undefined
  log: Log
}

/** The app without routes; add them, then listen. */
export async function openHttp({ settings, sessions, phones, keys, log }: HttpNeeds): Promise<{ app: App; origins: Origins }> {
  const app = fastify({
    serverFactory: serverFactory(settings),
    bodyLimit: bodyBytesMax,
    // Only a proxy on this very machine may say who really asked, and only when there is said to be one.
    trustProxy: settings.publicOrigin === '' ? false : 'loopback',
    logger: false,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installRefusals(app, log)
  await app.register(cookie)
  await installHeaders(app, settings)
  const origins = openOrigins({ host: settings.host, publicOrigin: settings.publicOrigin, tls: settings.tls !== undefined })
  installGate(app, { origins, sessions, phones, keys })
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    cache: 10_000,
    errorResponseBuilder: () => refuse(429, 'too-many', 'Too many requests. Please wait a minute.'),
  })
  await installOpenApi(app)
  return { app, origins }
}

function serverFactory({ tls }: DashboardSettings): FastifyServerFactory {
  return (handler) => {
    const listener = (request: Parameters<typeof handler>[0], response: Parameters<typeof handler>[1]) => handler(request, response)
    const server: Server = tls ? createHttpsServer({ ...tls }, listener) : createHttpServer(listener)
    server.headersTimeout = requestMsMax
    server.requestTimeout = importMsMax
    server.keepAliveTimeout = 60_000
    return server
  }
}

async function installHeaders(app: App, settings: DashboardSettings): Promise<void> {
  const secure = settings.tls !== undefined || settings.publicOrigin.startsWith('https:')
  const self = ["'self'"]
  const none = ["'none'"]
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: self,
        scriptSrc: self,
        styleSrc: self,
        // data: for the icon with a number that the wall draws itself.
        imgSrc: [...self, 'data:'],
        connectSrc: self,
        fontSrc: self,
        workerSrc: self,
        manifestSrc: self,
        objectSrc: none,
        baseUri: none,
        formAction: self,
        frameAncestors: none,
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
    hsts: secure ? { maxAge: 180 * 86_400, includeSubDomains: false } : false,
  })
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

type GateNeeds = { origins: Origins } & Pick<HttpNeeds, 'sessions' | 'phones' | 'keys'>

function installGate(app: App, { origins, sessions, phones, keys }: GateNeeds): void {
  app.decorateRequest('own', null)
  app.decorateRequest('signed', null)
  app.decorateRequest('phone', null)
  app.addHook('onRoute', (route) => {
    const needs = (route.config as FastifyContextConfig | undefined)?.needs
    if (route.url.startsWith('/api') && needs === undefined) throw new Error(`Route ${route.url} does not say what it needs.`)
  })
  app.addHook('onRequest', async (request) => {
    const arrival = { headers: request.headers, remoteAddress: request.socket.remoteAddress }
    request.own = origins.of(arrival)
    const own = ownOrigin(request)
    const unsafe = !safeMethods.has(request.method)
    const byKey = isApi(request) ? await keys?.find(request.headers.authorization) : null
    if (unsafe && !byKey && !origins.sameOrigin(arrival, own))
      throw refuse(403, 'foreign-origin', 'This request came from a page of another site.')
    if (!isApi(request)) return
    if (byKey) {
      request.signed = byKey
      return admitKey(request, byKey, unsafe)
    }
    // A relative's telephone is nobody of the staff, and the staff is no relative: each cookie is asked for on its own side alone.
    if (request.routeOptions.config.needs === 'family') {
      request.phone = phones?.find(request.cookies[phoneCookie(own)]) ?? null
      return admitPhone(request, unsafe)
    }
    request.signed = await sessions.find(request.cookies[cookieName(own)])
    admit(request, unsafe)
  })
}

/** What may be done before a second factor is there, where one is required; by which telephone somebody is called on duty waits for it too. */
const ownAccount = /^\/api\/(me(?!\/reach)|sign-out)(\/|$)/

/** Deny by default: signed in, allowed, and (for what changes things) with the session's own token. */
function admit(request: FastifyRequest, unsafe: boolean): void {
  const needs = request.routeOptions.config.needs ?? 'anybody-signed-in'
  if (needs === 'nobody') return
  if (needs === 'family') throw notJoined()
  const { user, session, isLimited } = signedIn(request)
  if (unsafe) mustCarry(request, session.csrfToken)
  if (isLimited && !ownAccount.test(request.routeOptions.url ?? ''))
    throw refuse(403, 'second-factor-required', 'Please add a second factor to your account first.')
  if (needs !== 'anybody-signed-in' && !can(user, needs)) throw refuse(403, 'not-allowed', 'Your role does not allow this.')
}

function admitPhone(request: FastifyRequest, unsafe: boolean): void {
  const { csrfToken } = phoneOf(request)
  if (unsafe) mustCarry(request, csrfToken)
}

function mustCarry(request: FastifyRequest, token: string): void {
  if (sameSecret(request.headers['x-csrf-token'], token)) return
  throw refuse(403, 'csrf', 'The request does not carry the token of this session. Please load the page again.')
}

async function installOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Anling',
        version: '1',
        description:
          'The API of the dashboard. Sign in for a cookie; every request but GET carries `x-csrf-token`. Refusals are `{ code, message }`.',
      },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-anling' } } },
      security: [{ session: [] }],
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { target: 'draft-2020-12', unrepresentable: 'any' } }),
  })
  app.get('/api/openapi.json', { config: { needs: 'nobody' }, schema: { hide: true } as object }, async () => app.swagger())
}
