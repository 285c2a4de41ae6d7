/** Passwords as argon2id hashes: slow on purpose, at most two at once, and as slow for a name that does not exist. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { refuse } from './refused.ts'

export type Passwords = {
  /** Text to store: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  hash(password: string): Promise<string>
  /** Takes equally long for `stored` null (nobody has that name), and is then false. */
  verify(password: string, stored: string | null): Promise<boolean>
}

export const passwordMin = 10
export const passwordMax = 200

const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
const atOnce = 2
const waitingMax = 64
const form = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/

type Cost = typeof cost
type Stored = { cost: Cost; salt: Buffer; tag: Buffer }

export function openPasswords(): Passwords {
  const inTurn = openGate()
  const decoy: Stored = { cost, salt: randomBytes(16), tag: randomBytes(tagLength) }
  return {
    async hash(password) {
      const salt = randomBytes(16)
      const tag = await inTurn(() => derive({ password, salt, cost, length: tagLength }))
      return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(salt)}$${unpadded(tag)}`
    },
    async verify(password, stored) {
      const known = stored === null ? null : parse(stored)
      const against = known ?? decoy
      const tag = await inTurn(() => derive({ password, salt: against.salt, cost: against.cost, length: against.tag.length }))
      return timingSafeEqual(tag, against.tag) && known !== null
    },
  }
}

function parse(stored: string): Stored | null {
  const [, m, t, p, salt, tag] = form.exec(stored) ?? []
  if (!salt || !tag) return null
  return {
    cost: { memory: Number(m), passes: Number(t), parallelism: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

function derive(of: { password: string; salt: Buffer; cost: Cost; length: number }): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const parameters = { message: of.password.normalize('NFKC'), nonce: of.salt, tagLength: of.length, ...of.cost }
  argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key)))
  return promise
}

/** Lets a few in at a time; the rest wait in line, and a line that is too long is sent away: sign-in may never starve the presses. */
function openGate(): (work: () => Promise<Buffer>) => Promise<Buffer> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) throw refuse(503, 'busy', 'Too many people are signing in at this moment. Please try again.')
      await new Promise<void>((go) => waiting.push(go))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
