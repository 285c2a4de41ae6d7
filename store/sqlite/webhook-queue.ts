/** Events on their way to other systems, on SQLite: one row each, from the moment they are owed. Never written on the way of a press. */
import { instant } from '../../domain/time.ts'
import type { OwedWebhookEvent, WebhookAgreement, WebhookQueue } from '../../domain/webhook-events.ts'
import type { WebhookKind } from '../../domain/webhooks.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type Row = Record<string, unknown>

export function openWebhookQueue(database: Database): WebhookQueue {
  return { ...filling(database), ...trying(database), ...looking(database), ...agreements(database) }
}

function filling({ connection, reader, write }: Database): Pick<WebhookQueue, 'cursor' | 'add' | 'lastDay'> {
  const cursor = reader.prepare('select seq from webhook_cursor')
  const day = reader.prepare('select day from webhook_days where webhook_id = ? and site_id = ?')
  const isThere = connection.prepare('select 1 from webhooks where id = ?')
  const add = connection.prepare(`
    insert or ignore into webhook_queue (webhook_id, event_id, kind, order_key, body, made_at, next_try_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?6)`)
  const move = connection.prepare('insert into webhook_cursor (one, seq) values (1, ?1) on conflict (one) do update set seq = max(seq, ?1)')
  const told = connection.prepare(
    'insert into webhook_days (webhook_id, site_id, day) values (?1, ?2, ?3) on conflict (webhook_id, site_id) do update set day = ?3',
  )
  return {
    async cursor() {
      const row = cursor.get()
      return row ? Number(row.seq) : null
    },
    add: (given) =>
      write(() => {
        // It may have been removed since it was read.
        for (const { webhookId, eventId, kind, orderKey, body, madeAt } of given.events) {
          if (isThere.get(webhookId)) add.run(webhookId, eventId, kind, orderKey, body, madeAt)
        }
        if (given.cursor !== undefined) move.run(given.cursor)
        if (given.day && isThere.get(given.day.webhookId)) told.run(given.day.webhookId, given.day.siteId, given.day.day)
      }),
    async lastDay(webhookId, siteId) {
      const row = day.get(webhookId, siteId)
      return row ? String(row.day) : null
    },
  }
}

function trying({ connection, reader, write }: Database): Pick<WebhookQueue, 'due' | 'retry' | 'settle' | 'drop' | 'forget'> {
  const due = reader.prepare(`
    select * from webhook_queue as q where webhook_id = ?1 and state = 'owed' and next_try_at <= ?2 and not exists (
      select 1 from webhook_queue as p where p.webhook_id = ?1 and p.order_key = q.order_key and p.state = 'owed' and p.number < q.number)
    order by next_try_at, number limit ?3`)
  const retry = connection.prepare('update webhook_queue set attempts = attempts + 1, next_try_at = ?2 where number = ?1')
  const settle = connection.prepare('update webhook_queue set attempts = attempts + 1, state = ?2, settled_at = ?3 where number = ?1')
  const drop = connection.prepare("delete from webhook_queue where webhook_id = ? and state = 'owed'")
  const forget = connection.prepare('delete from webhook_queue where state = ? and settled_at < ?')
  return {
    due: async (webhookId, now, limit) => due.all(webhookId, now, limit).map(eventOf),
    retry: (number, nextTryAt) => write(() => void retry.run(number, nextTryAt)),
    settle: (number, how, at) => write(() => void settle.run(number, how, at)),
    drop: (webhookId) => write(() => void drop.run(webhookId)),
    forget: ({ delivered, dead }) =>
      write(() => {
        forget.run('delivered', delivered)
        forget.run('dead', dead)
      }),
  }
}

function looking({ connection, reader, write }: Database): Pick<WebhookQueue, 'dead' | 'again' | 'counts'> {
  const dead = reader.prepare("select * from webhook_queue where webhook_id = ? and state = 'dead' order by number desc limit ?")
  const counts = reader.prepare(`
    select count(*) filter (where state = 'owed') as owed, count(*) filter (where state = 'dead') as dead,
      min(made_at) filter (where state = 'owed') as oldest from webhook_queue where webhook_id = ?`)
  const again = connection.prepare(`
    update webhook_queue set state = 'owed', attempts = 0, next_try_at = made_at, settled_at = null
    where webhook_id = ? and event_id = ? and state = 'dead'`)
  const note = prepareAuditLine(connection)
  return {
    dead: async (webhookId, limit) => dead.all(webhookId, limit).map(eventOf),
    again: (webhookId, eventId, line) =>
      write(() => {
        const isOwed = again.run(webhookId, eventId).changes > 0
        if (isOwed) note(line)
        return isOwed
      }),
    async counts(webhookId) {
      const row = counts.get(webhookId) ?? {}
      const oldestOwedAt = row.oldest === null || row.oldest === undefined ? null : instant(Number(row.oldest))
      return { owed: Number(row.owed ?? 0), dead: Number(row.dead ?? 0), oldestOwedAt }
    },
  }
}

function agreements({ connection, reader, write }: Database): Pick<WebhookQueue, 'agreement' | 'putAgreement' | 'removeAgreement'> {
  const of = reader.prepare('select * from webhook_agreements where webhook_id = ?')
  const put = connection.prepare(`
    insert into webhook_agreements (webhook_id, text, by, at) values (?1, ?2, ?3, ?4)
    on conflict (webhook_id) do update set text = ?2, by = ?3, at = ?4`)
  const remove = connection.prepare('delete from webhook_agreements where webhook_id = ?')
  const strip = connection.prepare(
    "update webhook_queue set body = json_remove(body, '$.data.address') where webhook_id = ? and state <> 'delivered'",
  )
  const note = prepareAuditLine(connection)
  return {
    async agreement(webhookId) {
      const row = of.get(webhookId)
      return row ? agreementOf(row) : null
    },
    putAgreement: ({ webhookId, text, by, at }, line) =>
      write(() => {
        put.run(webhookId, text, by, at)
        note(line)
      }),
    removeAgreement: (webhookId, line) =>
      write(() => {
        const isGone = remove.run(webhookId).changes > 0
        // What was not sent yet goes out without it.
        if (isGone) strip.run(webhookId)
        if (isGone) note(line)
        return isGone
      }),
  }
}

const agreementOf = (row: Row): WebhookAgreement => ({
  ...{ webhookId: String(row.webhook_id), text: String(row.text), by: String(row.by) },
  at: instant(Number(row.at)),
})

const eventOf = (row: Row): OwedWebhookEvent => ({
  ...{ number: Number(row.number), webhookId: String(row.webhook_id), eventId: String(row.event_id), kind: row.kind as WebhookKind },
  ...{ orderKey: String(row.order_key), body: String(row.body), madeAt: instant(Number(row.made_at)), attempts: Number(row.attempts) },
})
