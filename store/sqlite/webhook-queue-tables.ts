/** Tables of events on their way to other systems, of agreements about addresses, and of days that were told. They end with their webhook. */
export const webhookQueueTables = `
  create table webhook_queue (
    number integer primary key autoincrement, webhook_id text not null references webhooks (id) on delete cascade, event_id text not null,
    kind text not null, order_key text not null, body text not null, made_at integer not null,
    state text not null default 'owed' check (state in ('owed', 'delivered', 'dead')), attempts integer not null default 0,
    next_try_at integer not null, settled_at integer, unique (webhook_id, event_id)
  ) strict;
  create index webhook_queue_due on webhook_queue (webhook_id, next_try_at, number) where state = 'owed';
  create index webhook_queue_order on webhook_queue (webhook_id, order_key, number) where state = 'owed';
  create index webhook_queue_settled on webhook_queue (state, settled_at) where state <> 'owed';
  create table webhook_cursor (one integer primary key check (one = 1), seq integer not null) strict;
  create table webhook_days (
    webhook_id text not null references webhooks (id) on delete cascade, site_id text not null, day text not null,
    primary key (webhook_id, site_id)
  ) strict, without rowid;
  create table webhook_agreements (
    webhook_id text primary key references webhooks (id) on delete cascade, text text not null, by text not null, at integer not null
  ) strict, without rowid;
`
