/** Calls that reached nobody, and a way to those that were made lately. */
export const callBackTries = `
  alter table call_backs add column tried_at integer;
  alter table call_backs add column tried_by text;
  alter table call_backs add column tried_note text;
  create index call_backs_done on call_backs (done_at) where done_at is not null;
`

/** Calls owed to people after their alarm was closed. The id is the alarm's: an alarm owes one call. */
export const callBackTables = `
  create table call_backs (
    id text primary key, subject_id text not null, site_id text not null, reason text not null, outcome text not null,
    closed_at integer not null, closed_by text not null, due_at integer not null, done_at integer, done_by text, note text
  ) strict, without rowid;
  create index call_backs_open on call_backs (due_at) where done_at is null;
`
