/** Long answers that every screen of a city asks for: packed off the main thread when the asker can unpack, so that no press waits for it. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const packed = promisify(gzip)
/** Below this the packing costs more than it saves. */
const packFrom = 16 * 1_024
/** The quickest level: repeated names fall away all the same. */
const level = 1

/** Sends `text`, which is JSON. */
export async function sendPacked({ headers }: FastifyRequest, reply: FastifyReply, text: string): Promise<FastifyReply> {
  reply.type('application/json; charset=utf-8').header('vary', 'accept-encoding')
  if (text.length < packFrom || !/\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))) return reply.send(text)
  return reply.header('content-encoding', 'gzip').send(await packed(text, { level }))
}
