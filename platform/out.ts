/** What goes out, started: Home Assistants that may listen, and webhooks. */
import { randomBytes } from 'node:crypto'
import type { Desk } from '../alerts/desk.ts'
import { openHomeAssistants } from '../alerts/out/home-assistant.ts'
import { startWebhooks } from '../alerts/out/webhooks.ts'
import type { Silence } from '../alerts/silence.ts'
import { hashToken, newToken } from '../broker/credentials.ts'
import type { Bus } from '../bus/bus.ts'
import { homeAssistantIds } from '../domain/home-assistant.ts'
import { openHomeAssistants as openHomeAssistantStore } from '../store/sqlite/home-assistants.ts'
import { openWebhookQueue } from '../store/sqlite/webhook-queue.ts'
import type { PartOptions } from './options.ts'
import type { Storage } from './storage.ts'

export type Out = Awaited<ReturnType<typeof startOut>>

/** Follows what was committed; nothing of it is on the way of a press. */
export async function startOut(
  { config, log, clock }: PartOptions,
  parts: Omit<Storage, 'close'> & { bus: Bus; desk: Desk; silence: Silence },
) {
  const { database, pepper } = parts
  const links = openHomeAssistantStore(database)
  const prefix = config.ANLING_HOME_ASSISTANT_PREFIX
  const origin = config.ANLING_PUBLIC_ORIGIN
  const pageUrl = origin === '' ? '' : `${origin}/family`
  const homes = openHomeAssistants({ ...parts, reach: parts.reach, links, prefix, pageUrl, clock, log })
  const outside = { allowPrivate: config.ANLING_WEBHOOK_ALLOW_PRIVATE, clock }
  const source = origin === '' ? 'urn:anling' : origin
  const webhooks = await startWebhooks({ ...parts, queue: openWebhookQueue(database), clock, log, outside, source })
  const newLogin = () => {
    const token = newToken()
    return { id: `${homeAssistantIds}${randomBytes(6).toString('hex')}`, token, tokenHash: hashToken(pepper, token) }
  }
  const newKey = () => randomBytes(8).toString('hex')
  return {
    homes,
    webhooks,
    /** For the dashboard. */
    homeAssistants: { links, newLogin, newKey, prefix },
    async stop(): Promise<void> {
      homes.stop()
      await webhooks.stop()
    },
  }
}
