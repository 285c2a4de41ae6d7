/** Tables of webhooks and of what became of each telling. */
export const webhookTables = `
  create table webhooks (
    id text primary key, name text not null, url text not null, secret text not null, site_ids text, kinds text not null,
    enabled integer not null, made_at integer not null
  ) strict;
  create table webhook_deliveries (
    number integer primary key autoincrement, webhook_id text not null references webhooks (id) on delete cascade, at integer not null,
    event_id text not null, kind text not null, outcome text not null check (outcome in ('delivered', 'retry', 'refused')),
    status integer, why text not null, took_ms integer not null
  ) strict;
  create index webhook_deliveries_of on webhook_deliveries (webhook_id, number);
`
