/** Cases of broken devices. A case outlives its device: what was done about it stays to be asked for. One open case for each device. */
export const troubleTables = `
  create table troubles (
    id text primary key, device_id text not null, site_id text not null, resident_id text, kind text not null, opened_at integer not null,
    opened_by text not null, due_at integer not null, owner_id text, owner_name text, done_at integer, done_by text, done_reason text,
    check ((done_at is null) = (done_reason is null))
  ) strict, without rowid;
  create unique index troubles_open on troubles (device_id) where done_at is null;
  create index troubles_done on troubles (done_at) where done_at is not null;
  create table trouble_notes (
    number integer primary key autoincrement, trouble_id text not null references troubles (id) on delete cascade, at integer not null,
    by_name text not null, text text not null
  ) strict;
  create index trouble_notes_of on trouble_notes (trouble_id);
`

/** When somebody was called because a case was not ended in time, and by which alarm. */
export const troubleToldColumns = `
  alter table troubles add column told_at integer;
  alter table troubles add column told_alarm text;
  create index troubles_untold on troubles (due_at) where done_at is null and told_at is null;
`
