/** The tables of what happens to devices after they were claimed, and of technicians' visits. */

/** Nothing refers to the devices table: a history outlives its device. */
export const enrolmentLifeTables = `
  create table device_lives (
    device_id text primary key, state text not null, since integer not null, last_resident_id text, last_resident_number integer,
    last_room text not null, last_heartbeat_seconds integer, replaced_by text, replaces text, rotated_at integer
  ) strict, without rowid;
  create table device_notes (
    device_id text primary key, battery real, battery_at integer, vendor text not null, model text not null, firmware text not null
  ) strict, without rowid;
  create table device_history (
    id integer primary key, device_id text not null, at integer not null, deed text not null, by_id text not null, resident_id text,
    room text not null, detail text not null
  ) strict;
  create index device_history_of on device_history (device_id, at);
  create index device_history_in on device_history (resident_id, at);
  create trigger device_lives_go after delete on devices begin
    delete from device_lives where device_id = old.id;
    delete from device_notes where device_id = old.id;
  end;
  create table visits (
    id text primary key, code_hash blob not null unique, site_id text not null, resident_ids text not null, made_by text not null,
    made_at integer not null, until integer not null, used_by text, visit_until integer
  ) strict;
  create index visits_open on visits (until);
  create table test_reminders (resident_id text primary key, reminded_at integer not null) strict, without rowid;
`

/** 0: was not reminded yet. */
export const reminderTables = `
  alter table test_reminders add column is_off integer not null default 0;
  alter table test_reminders add column language text not null default 'zh';
  alter table test_reminders add column words text not null default '';
  create trigger test_reminders_go after delete on residents begin delete from test_reminders where resident_id = old.id; end;
`
