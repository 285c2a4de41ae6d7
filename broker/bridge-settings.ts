/** Which other brokers to listen to: a JSON file, read once at the start. A mistake in it is a sentence that says where. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { sentenceOf } from '../domain/log.ts'
import { deviceIdPattern } from '../domain/topics.ts'

const bridge = z.strictObject({
  /** The gateway in our directory that stands for everything heard there. */
  deviceId: z.string().regex(deviceIdPattern),
  url: z.url({ protocol: /^(mqtts?|wss?)$/ }),
  username: z.string().optional(),
  password: z.string().optional(),
  /** Filters to subscribe to, each with QoS 1. */
  topics: z.array(z.string().min(1).max(200)).min(1).max(20),
  /** A file with the authority that signed the other broker's certificate (PEM), when it is not a public one. */
  ca: z.string().optional(),
  /** Files with our own certificate and key, when the other broker asks for one. */
  cert: z.string().optional(),
  key: z.string().optional(),
})
export type BridgeSettings = z.infer<typeof bridge>

/** Throws one sentence when the file cannot be read or a bridge is not right. '' = none. */
export function readBridges(file: string): readonly BridgeSettings[] {
  if (file === '') return []
  const text = readOr(file)
  const parsed = z.array(bridge).max(100).safeParse(text)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw new Error(`ANLING_BRIDGES: ${file}, at ${first?.path.join('.') || 'the top'}: ${first?.message}`)
}

function readOr(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`ANLING_BRIDGES: ${file} cannot be read as JSON: ${sentenceOf(error)}`, { cause: error })
  }
}
