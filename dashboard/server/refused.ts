/** Every refused request leaves as `{ code, message }`: a code for programs, a sentence for people, never a stack trace. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { StoreTrouble } from '../../store/store.ts'
import type { Refused } from '../contracts.ts'

/** Thrown by a handler that will not do what was asked; becomes the answer. */
export class RefusedError extends Error {
  readonly status: number
  readonly answer: Refused
  constructor(status: number, answer: Refused) {
    super(answer.message)
    this.name = 'RefusedError'
    this.status = status
    this.answer = answer
  }
}

export const refuse = (status: number, code: string, message: string): RefusedError => new RefusedError(status, { code, message })
/** The same answer for what does not exist and for what belongs to another site: nobody learns which. */
export const notFound = (): RefusedError => refuse(404, 'not-found', 'There is no such thing here.')

/** A mistake in one field of the request. */
export const badField = (path: string, message: string): RefusedError =>
  new RefusedError(400, { code: 'bad-request', message: `${path}: ${message}`, fields: [{ path, message }] })

const retryAfterSeconds = 2

/** Kept by the asker's own browser alone, and never shown without asking us. */
export const askEachTime = 'private, no-cache'

/** Gives the app its only two exits for what went wrong. */
export function installRefusals(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answerError({ error, request, reply, log }))
  app.addHook('onSend', async (request, reply) => {
    // A route may say that its answer is kept by the asker, who asks each time whether it is still so.
    if (isApi(request) && reply.getHeader('cache-control') !== askEachTime) reply.header('cache-control', 'no-store')
  })
}

export const isApi = (request: FastifyRequest): boolean => request.url === '/api' || request.url.startsWith('/api/')

type Failure = { error: FastifyError; request: FastifyRequest; reply: FastifyReply; log: Log }

function answerError({ error, request, reply, log }: Failure): FastifyReply {
  if (error instanceof RefusedError) return reply.code(error.status).send(error.answer)
  if (error instanceof StoreTrouble) {
    log('error', 'The store refused its work for a request.', { route: routeOf(request), code: error.code, why: sentenceOf(error) })
    const message = 'The platform cannot write to its storage at this moment. Nothing was changed; please try again.'
    return reply.code(503).header('retry-after', retryAfterSeconds).send({ code: 'storage-trouble', message })
  }
  if (hasZodFastifySchemaValidationErrors(error)) return reply.code(400).send(fieldsOf(error.validation))
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) return reply.code(status).send(clientMistake(status))
  log('error', 'A request failed by our own mistake.', { route: routeOf(request), why: sentenceOf(error) })
  return reply.code(500).send({ code: 'our-mistake', message: 'Something went wrong on our side. It was written to the log.' })
}

function fieldsOf(issues: readonly { instancePath: string; message?: string }[]): Refused {
  const fields = issues.map((issue) => ({
    path: issue.instancePath.slice(1).replaceAll('/', '.'),
    message: issue.message ?? 'not valid',
  }))
  const first = fields[0]
  return { code: 'bad-request', message: first ? `${first.path || 'request'}: ${first.message}` : 'The request is not valid.', fields }
}

const clientMistakes: Readonly<Record<number, Refused>> = {
  404: { code: 'not-found', message: 'There is no such thing here.' },
  405: { code: 'not-found', message: 'There is no such thing here.' },
  413: { code: 'too-large', message: 'The request is too large.' },
  415: { code: 'wrong-type', message: 'The request has a content type that is not understood here.' },
  429: { code: 'too-many', message: 'Too many requests. Please wait a minute.' },
}

const clientMistake = (status: number): Refused =>
  clientMistakes[status] ?? { code: 'bad-request', message: 'The request could not be read.' }

/** The route's pattern, never the address itself: ids and searches stay out of the log. */
const routeOf = (request: FastifyRequest): string => `${request.method} ${request.routeOptions?.url ?? '(none)'}`
