/** What the centre's upkeep is given of the platform: what it runs with, and how a webhook is tried. */
import { delivered, type Sent } from '../alerts/channels/channel.ts'
import { ask, meaningOfStatus, type Outside, targetOf } from '../alerts/channels/shared/post.ts'
import { keysOf, signatureOf } from '../alerts/channels/webhook.ts'
import { type Config, settings } from '../config.ts'
import type { SettingRow } from '../dashboard/contracts-upkeep.ts'
import type { Clock } from '../domain/time.ts'
import type { Webhook, WebhookDelivery } from '../domain/webhooks.ts'
import type { Upkeep } from '../store/sqlite/upkeep.ts'
import type { WebhookStore } from '../store/store.ts'
import type { PartOptions } from './options.ts'
import type { Storage } from './storage.ts'

/** Names of settings that are secrets, or whose address may hold one. */
const secret = /TOKEN|SECRET|PASSWORD|KEY|SMTP_URL|WEBHOOK_URL|WECOM_URL|DINGTALK_URL|FEISHU_URL|WATCHER_URL/
/** Only the name of a file. */
const harmless: ReadonlySet<string> = new Set(['ANLING_TLS_KEY'])

export function settingRows(config: Config): readonly SettingRow[] {
  return Object.entries(settings).map(([name, schema]) => {
    const value = config[name as keyof Config]
    const usual = schema.safeParse(undefined)
    const written = value === undefined ? '' : String(value)
    const isSecret = secret.test(name) && !harmless.has(name)
    return {
      name,
      ...{ value: isSecret ? null : written, isSet: written !== '' },
      isDefault: usual.success && usual.data === value,
      about: schema.description ?? '',
    }
  })
}

export const upkeepParts = (
  { config, clock }: PartOptions,
  { apiKeys, maps, residentFile, troubles, webhooks }: Pick<Storage, keyof Upkeep>,
) => ({
  ...{ apiKeys, maps, residentFile, troubles, webhooks },
  settingRows: () => settingRows(config),
  trials: openWebhookTrials({ webhooks, clock, outside: { allowPrivate: config.ANLING_WEBHOOK_ALLOW_PRIVATE } }),
})

type TrialNeeds = { webhooks: WebhookStore; clock: Clock; outside: Omit<Outside, 'clock'> }

export function openWebhookTrials({ webhooks, clock, outside }: TrialNeeds) {
  return {
    addressProblem(url: string): string | null {
      try {
        targetOf(url, outside, 'The webhook')
        return null
      } catch (error) {
        if (error instanceof RangeError) return error.message
        throw error
      }
    },
    /** One event of kind `anling.test`, signed like every other. */
    async tryWebhook(webhook: Webhook): Promise<WebhookDelivery> {
      const from = clock.elapsed()
      const at = clock.now()
      const eventId = `test-${webhook.id}-${at}`
      let status: number | null = null
      const sent: Sent = await ask(
        { ...outside, clock },
        {
          what: 'The webhook',
          request: async () => requestOf(webhook, { eventId, at, target: targetOf(webhook.url, outside, 'The webhook') }),
          meaning(answer) {
            status = answer.status
            return answer.status < 300 ? delivered : meaningOfStatus(answer)
          },
        },
        new AbortController().signal,
      )
      const why = sent.outcome === 'delivered' ? '' : sent.why
      const tookMs = Math.round(clock.elapsed() - from)
      const delivery: WebhookDelivery = { webhookId: webhook.id, at, eventId, kind: 'test', outcome: sent.outcome, status, why, tookMs }
      await webhooks.logDelivery(delivery)
      return delivery
    },
  }
}

function requestOf({ secret: secrets, name }: Webhook, { eventId, at, target }: { eventId: string; at: number; target: URL }) {
  const time = new Date(at).toISOString()
  const body = JSON.stringify({
    ...{ specversion: '1.0', id: eventId, source: 'urn:anling', type: 'anling.test', time, datacontenttype: 'application/json' },
    data: { name },
  })
  const timestamp = Math.floor(at / 1_000)
  return {
    url: target,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': eventId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(keysOf(secrets), { id: eventId, timestamp, body }),
    },
    ...{ body, readMax: 0 },
  }
}
