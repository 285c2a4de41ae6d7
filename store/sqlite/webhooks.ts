/** Webhooks on SQLite: who is told what, with a line of who set it, and the newest deliveries of each. */
import { type Instant, instant } from '../../domain/time.ts'
import { deliveriesKept, type Webhook, type WebhookDelivery, type WebhookKind } from '../../domain/webhooks.ts'
import type { WebhookStore } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

export function openWebhooks({ connection, reader, write }: Database): WebhookStore {
  const all = reader.prepare('select * from webhooks order by made_at, id')
  const deliveries = reader.prepare('select * from webhook_deliveries where webhook_id = ? order by number desc limit ?')
  const put = connection.prepare(`
    insert into webhooks (id, name, url, secret, site_ids, kinds, enabled, made_at) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (id) do update set name = excluded.name, url = excluded.url, secret = excluded.secret, site_ids = excluded.site_ids,
      kinds = excluded.kinds, enabled = excluded.enabled`)
  const remove = connection.prepare('delete from webhooks where id = ?')
  const isThere = connection.prepare('select 1 from webhooks where id = ?')
  const add = connection.prepare(`
    insert into webhook_deliveries (webhook_id, at, event_id, kind, outcome, status, why, took_ms) values (?, ?, ?, ?, ?, ?, ?, ?)`)
  const trim = connection.prepare(`
    delete from webhook_deliveries where webhook_id = ?1 and number <= (
      select number from webhook_deliveries where webhook_id = ?1 order by number desc limit 1 offset ?2)`)
  const line = prepareAuditLine(connection)
  return {
    list: async () => all.all().map(webhookOf),
    put: (webhook, noted) =>
      write(() => {
        const { id, name, url, secret, siteIds, kinds, enabled, madeAt } = webhook
        put.run(id, name, url, secret, siteIds === 'all' ? null : JSON.stringify(siteIds), kinds.join(' '), enabled ? 1 : 0, madeAt)
        line(noted)
      }),
    remove: (id, noted) =>
      write(() => {
        const isGone = remove.run(id).changes > 0
        if (isGone) line(noted)
        return isGone
      }),
    logDelivery: ({ webhookId, at, eventId, kind, outcome, status, why, tookMs }) =>
      write(() => {
        // It may have been removed while the telling was under way.
        if (!isThere.get(webhookId)) return
        add.run(webhookId, at, eventId, kind, outcome, status, why, Math.round(tookMs))
        trim.run(webhookId, deliveriesKept)
      }),
    deliveries: async (webhookId, limit) => deliveries.all(webhookId, limit).map(deliveryOf),
  }
}

type Row = Record<string, unknown>
const momentOf = (value: unknown): Instant => instant(Number(value))

const webhookOf = (row: Row): Webhook => ({
  ...{ id: String(row.id), name: String(row.name), url: String(row.url), secret: String(row.secret) },
  siteIds: row.site_ids === null ? 'all' : (JSON.parse(String(row.site_ids)) as string[]),
  kinds: String(row.kinds)
    .split(' ')
    .filter((kind) => kind !== '') as WebhookKind[],
  enabled: row.enabled === 1,
  madeAt: momentOf(row.made_at),
})

const deliveryOf = (row: Row): WebhookDelivery => ({
  ...{ webhookId: String(row.webhook_id), at: momentOf(row.at), eventId: String(row.event_id) },
  ...{ kind: row.kind as WebhookDelivery['kind'], outcome: row.outcome as WebhookDelivery['outcome'] },
  ...{ status: row.status === null ? null : Number(row.status), why: String(row.why), tookMs: Number(row.took_ms) },
})
