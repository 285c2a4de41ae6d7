/** How people are reached, on SQLite: their wishes, the browsers that may be pushed to, and what providers reported. */
import type { DatabaseSync } from 'node:sqlite'
import type { PushSubscription, Reach, Receipt } from '../../domain/reach.ts'
import { type Instant, instant } from '../../domain/time.ts'
import type { ReachStore, StoredReceipt } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

/** Browsers of one person; the one used longest ago gives way. */
const subscriptionsMost = 10

/** The reach of everybody in this database. */
export function openReach(database: Database): ReachStore {
  return { ...wishes(database), ...browsers(database), ...reports(database) }
}

function wishes({ connection, reader, write }: Database): Pick<ReachStore, 'reach' | 'putReach' | 'removeReach'> {
  const find = reader.prepare('select body from reaches where person_id = ?')
  const put = connection.prepare('insert into reaches (person_id, body) values (?1, ?2) on conflict (person_id) do update set body = ?2')
  const addLine = prepareAuditLine(connection)
  const forget = connection.prepare('delete from reaches where person_id = ?')
  const forgetBrowsers = connection.prepare('delete from push_subscriptions where person_id = ?')
  return {
    async reach(personId) {
      const row = find.get(personId)
      return row ? { ...(JSON.parse(String(row.body)) as Reach), personId } : null
    },
    putReach: (reach, line) =>
      write(() => {
        put.run(reach.personId, JSON.stringify(reach))
        addLine(line)
      }),
    removeReach: (personId) =>
      write(() => {
        forget.run(personId)
        forgetBrowsers.run(personId)
      }),
  }
}

type Row = {
  id: string
  person_id: string
  endpoint: string
  p256dh: string
  auth: string
  label: string
  made_at: number
  dead_at: number | null
  used_at: number | null
}
type Browsers = Pick<ReachStore, 'subscriptionsOf' | 'putSubscription' | 'removeSubscription' | 'buried' | 'used'>

function browsers({ connection, reader, write }: Database): Browsers {
  const of = reader.prepare('select * from push_subscriptions where person_id = ? order by made_at, id')
  const put = preparePut(connection)
  const note = prepareAuditLine(connection)
  const remove = connection.prepare('delete from push_subscriptions where id = ? and person_id = ?')
  const bury = connection.prepare('update push_subscriptions set dead_at = ?2 where id = ?1 and dead_at is null')
  const use = connection.prepare('update push_subscriptions set used_at = ?2 where id = ?1')
  return {
    subscriptionsOf: async (personId) => (of.all(personId) as Row[]).map(subscriptionOf),
    putSubscription: (subscription, line) =>
      write(() => {
        put(subscription)
        note(line)
      }),
    removeSubscription: (personId, id, line) =>
      write(() => {
        const isGone = remove.run(id, personId).changes > 0
        if (isGone) note(line)
        return isGone
      }),
    buried: (id, at) => write(() => void bury.run(id, at)),
    used: (id, at) => write(() => void use.run(id, at)),
  }
}

function preparePut(connection: DatabaseSync): (subscription: PushSubscription) => void {
  // The same browser asking again is alive again, and belongs to whoever asks now.
  const put = connection.prepare(`
    insert into push_subscriptions (id, person_id, endpoint, p256dh, auth, label, made_at, dead_at, used_at)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, null, null)
    on conflict (id) do update set person_id = ?2, endpoint = ?3, p256dh = ?4, auth = ?5, label = ?6, made_at = ?7, dead_at = null`)
  const trim = connection.prepare(`
    delete from push_subscriptions where person_id = ?1 and id not in (select id from push_subscriptions where person_id = ?1
      order by dead_at is not null, coalesce(used_at, made_at) desc, id limit ${subscriptionsMost})`)
  return ({ id, personId, endpoint, p256dh, auth, label, madeAt }) => {
    put.run(id, personId, endpoint, p256dh, auth, label, madeAt)
    trim.run(personId)
  }
}

const orNull = (at: number | null): Instant | null => (at === null ? null : instant(at))
const subscriptionOf = ({ id, person_id, endpoint, p256dh, auth, label, made_at, dead_at, used_at }: Row): PushSubscription => ({
  ...{ id, personId: person_id, endpoint, p256dh, auth, label },
  madeAt: instant(made_at),
  deadAt: orNull(dead_at),
  usedAt: orNull(used_at),
})

type ReceiptRow = {
  channel: string
  reference: string
  notice_id: string
  sent_at: number
  state: Receipt['state'] | null
  code: string | null
  at: number | null
}

function reports({
  connection,
  reader,
  write,
}: Database): Pick<ReachStore, 'recordSent' | 'recordReceipts' | 'receiptsOf' | 'unconfirmed'> {
  const addSent = connection.prepare(`
    insert into sent_calls (channel, reference, notice_id, at) values (?, ?, ?, ?) on conflict do nothing`)
  // The last word of a provider stays; "under way" that arrives after it is old news.
  const addReceipt = connection.prepare(`
    insert into receipts (channel, reference, state, code, at) values (?1, ?2, ?3, ?4, ?5)
    on conflict (channel, reference) do update set state = ?3, code = ?4, at = ?5 where receipts.state = 'under-way'`)
  const noticeOf = connection.prepare('select notice_id from sent_calls where channel = ? and reference = ?')
  const of = reader.prepare(`
    select sent_calls.channel, sent_calls.reference, notice_id, sent_calls.at as sent_at, state, code, receipts.at
    from sent_calls left join receipts using (channel, reference)
    where notice_id in (select value from json_each(?)) order by sent_calls.at, sent_calls.reference`)
  const open = reader.prepare(`
    select sent_calls.channel, sent_calls.reference, notice_id, sent_calls.at as sent_at, state, code, receipts.at
    from sent_calls left join receipts using (channel, reference)
    where sent_calls.at >= ?1 and sent_calls.at < ?2 and (state is null or state = 'under-way') order by sent_calls.at, sent_calls.reference limit ?3`)
  return {
    recordSent: ({ channel, reference, noticeId, at }) => write(() => void addSent.run(channel, reference, noticeId, at)),
    recordReceipts: (receipts) =>
      write(() =>
        receipts.map(({ channel, reference, state, code, at }) => {
          addReceipt.run(channel, reference, state, code, at)
          const row = noticeOf.get(channel, reference)
          return row ? String(row.notice_id) : null
        }),
      ),
    receiptsOf: async (noticeIds) => (of.all(JSON.stringify(noticeIds)) as ReceiptRow[]).map(storedReceipt),
    unconfirmed: async ({ from, to, limit }) => (open.all(from, to, limit) as ReceiptRow[]).map(storedReceipt),
  }
}

const storedReceipt = ({ channel, reference, notice_id, sent_at, state, code, at }: ReceiptRow): StoredReceipt => ({
  ...{ channel, reference, noticeId: notice_id, state, code: code ?? '' },
  sentAt: instant(sent_at),
  at: orNull(at),
})
