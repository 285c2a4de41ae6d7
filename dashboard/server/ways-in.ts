/** Devices whose platform pushes over HTTP (Traccar, The Things Stack, CTWing): the gateway that stands for them proves itself as it would over MQTT, and 204 means that all is durable. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { InboundMessage } from '../../domain/message.ts'
import type { Clock } from '../../domain/time.ts'
import { deviceIdPattern } from '../../domain/topics.ts'
import type { WayIn } from './device-parts.ts'
import type { App } from './needs.ts'
import { refuse } from './refused.ts'

export type WaysInNeeds = WayIn & { clock: Pick<Clock, 'now'>; log: Log }

const bodyBytesMax = 256 * 1_024
const params = z.object({ way: z.enum(['traccar', 'tts', 'ctwing', 'json']) })
/** For platforms that can set no header: the proof stands in the address. No address is logged. */
const provenParams = params.extend({ deviceId: z.string().max(64), token: z.string().max(128) })

const summary = 'A message of a device, pushed by the platform it lives on. 204 once it is recorded; anything else: send it again.'

export async function addWaysIn(app: App, needs: WaysInNeeds): Promise<void> {
  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) => done(null, body))
    const options = (schema: object) => ({
      config: { needs: 'nobody' as const, rateLimit: false as const },
      schema: { summary, tags: ['ways in'], ...schema },
    })
    scope.post('/in/:way', options({ params }), async (request, reply) => {
      const { way } = params.parse(request.params)
      await take(needs, { way, request, proof: proofOf(request.headers.authorization) })
      return reply.code(204).send()
    })
    scope.post('/in/:way/:deviceId/:token', options({ params: provenParams }), async (request, reply) => {
      const { way, deviceId, token } = provenParams.parse(request.params)
      await take(needs, { way, request, proof: { deviceId, token } })
      return reply.code(204).send()
    })
  })
}

type Proof = { deviceId: string; token: string }
type Way = z.infer<typeof params>['way']

/** `Basic` with the device's id and token, or `Bearer id:token`. */
function proofOf(header: string | undefined): Proof | null {
  const [, scheme = '', rest = ''] = /^(Basic|Bearer) ([A-Za-z0-9+/=_:.@-]{1,400})$/.exec(header ?? '') ?? []
  const text = scheme === 'Basic' ? Buffer.from(rest, 'base64').toString('utf8') : rest
  const colon = text.indexOf(':')
  return colon < 1 ? null : { deviceId: text.slice(0, colon), token: text.slice(colon + 1) }
}

async function take(
  needs: WaysInNeeds,
  { way, request, proof }: { way: Way; request: FastifyRequest; proof: Proof | null },
): Promise<void> {
  if (!proof || !deviceIdPattern.test(proof.deviceId) || !(await needs.admits(proof.deviceId, proof.token)))
    throw refuse(401, 'bad-token', 'This is not the token of that device.')
  const payload = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const topic = topicOf(way, payload)
  const message: InboundMessage = {
    senderId: proof.deviceId,
    topic,
    payload,
    qos: 1,
    retain: false,
    dup: false,
    receivedAt: needs.clock.now(),
  }
  try {
    await needs.accept(message)
  } catch (error) {
    needs.log('error', `A pushed message was not recorded: ${sentenceOf(error)}`, { device: proof.deviceId })
    throw refuse(503, 'not-recorded', 'The message could not be recorded. Please send it again.')
  }
}

/** What the same message would be published under; The Things Stack tells its kind by what is inside. */
function topicOf(way: Way, payload: Buffer): string {
  if (way === 'traccar') return 'events'
  if (way !== 'tts') return `in/${way}`
  const parsed = thingsStack.safeParse(parsedOf(payload))
  if (!parsed.success) return 'in/tts'
  const { end_device_ids: ids, ...body } = parsed.data
  const kind =
    'uplink_message' in body ? 'up' : 'join_accept' in body ? 'join' : 'location_solved' in body ? 'location/solved' : 'service/data'
  return `v3/webhook/devices/${ids.device_id}/${kind}`
}

const thingsStack = z.looseObject({ end_device_ids: z.looseObject({ device_id: z.string().regex(/^[a-z0-9-]{1,64}$/) }) })

function parsedOf(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    return null
  }
}
