/** The care database, built step by step: one list, never edited once released, only grown. `user_version` says how far a file has come. */
import type { DatabaseSync } from 'node:sqlite'
import { accountTables } from './account-tables.ts'
import { apiKeyTables } from './api-key-tables.ts'
import { callBackTables, callBackTries } from './call-back-tables.ts'
import { enrolmentLifeTables, reminderTables } from './enrolment-life-tables.ts'
import { enrolmentTables } from './enrolment-tables.ts'
import { familyTables, nearPhoneTables, reachEndsWithContact } from './family-tables.ts'
import { figureTables } from './figure-tables.ts'
import { homeAssistantTables } from './home-assistant-tables.ts'
import { lifeSignAlarms, lifeSignTraces } from './life-sign.ts'
import { mapTables } from './map-tables.ts'
import { residentFileTables } from './resident-file-tables.ts'
import { sweepTables } from './sweep-tables.ts'
import { troubleTables, troubleToldColumns } from './trouble-tables.ts'
import { vendorTables } from './vendor-tables.ts'
import { webhookQueueTables } from './webhook-queue-tables.ts'
import { webhookTables } from './webhook-tables.ts'

/** "ANLG": tells our file from any other SQLite database. */
export const applicationId = 0x414e4c47

// Somebody waits for each page that a press touches, so nothing is kept twice and hardly anything is indexed that a query could do without.
// The version of a subject is the number of its lines in the journal.
const journal = `
  create table journal (
    seq integer primary key,
    subject_id text not null,
    version integer not null,
    at integer not null,
    event text not null,
    first_fact integer,
    facts integer not null
  ) strict;
  create unique index journal_of_subject on journal (subject_id, version);

  create table facts (
    seq integer primary key,
    subject_id text not null,
    site_id text not null,
    body text not null
  ) strict;

  create table presses (press_id text primary key, alarm_id text not null) strict, without rowid;
`

// An alarm stands as its latest fact left it, so its body is kept once, with that fact. Open means: it has a deadline.
const alarms = `
  create table alarms (
    id text primary key,
    subject_id text not null,
    site_id text not null,
    kind text not null,
    state text not null check (state in ('raised', 'acknowledged', 'resolved')),
    priority integer not null,
    raised_at integer not null,
    due_at integer,
    resolved_at integer,
    fact_seq integer not null references facts (seq),
    check ((state = 'resolved') = (due_at is null)),
    check ((state = 'resolved') = (resolved_at is not null))
  ) strict, without rowid;
  create index alarms_due on alarms (due_at) where due_at is not null;
  create index alarms_open on alarms (subject_id, raised_at) where due_at is not null;
  create index alarms_over on alarms (subject_id, raised_at) where due_at is null;
  create index alarms_closed on alarms (resolved_at) where resolved_at is not null;

  create trigger resolved_alarms_stay before update on alarms when old.state = 'resolved'
    begin select raise(abort, 'a resolved alarm never changes again'); end;
`

// The id of a notice begins with the id of its alarm and a slash, so the primary key also finds all notices of an alarm.
const notices = `
  create table notices (
    id text primary key,
    alarm_id text not null,
    subject_id text not null,
    site_id text not null,
    recipient text not null,
    due_at integer not null,
    state text not null check (state in ('owed', 'delivered', 'refused', 'withdrawn')),
    attempts integer not null,
    next_try_at integer not null,
    last_error text not null,
    changed_at integer not null,
    check (id >= alarm_id || '/' and id < alarm_id || '0')
  ) strict, without rowid;
  create index notices_owed on notices (next_try_at) where state = 'owed';
`

/** What is history may be added to, never changed. */
const appendOnly = (table: string) => `
  create trigger ${table}_stay before update on ${table} begin select raise(abort, '${table} is append-only'); end;
  create trigger ${table}_remain before delete on ${table} begin select raise(abort, '${table} is append-only'); end;
`

const places = `
  create table sites (
    id text primary key, name text not null, street text not null, district text not null, city text not null,
    time_zone text not null, phone text not null
  ) strict;
  create table homes (
    id text primary key, site_id text not null references sites (id), building text not null, unit text not null, door text not null,
    address text not null, entry text not null, door_code text not null
  ) strict;
  create index homes_of_site on homes (site_id);
`

// A number is a place in registers that live for years: autoincrement, so that it is never given to somebody else.
const people = `
  create table residents (
    number integer primary key autoincrement,
    id text not null unique, site_id text not null references sites (id), home_id text not null references homes (id),
    name text not null, sex text not null, birth_year integer, phone text not null, lives_alone integer not null, speech text not null,
    medical text not null, mode text not null, mode_until integer, inactivity_day_hours real, inactivity_night_hours real
  ) strict;
  create index residents_of_site on residents (site_id);
  create index residents_of_home on residents (home_id);

  create table contacts (
    id text primary key, resident_id text not null references residents (id) on delete cascade, name text not null, relation text not null,
    phone text not null, has_key integer not null, called integer not null
  ) strict;
  create index contacts_of_resident on contacts (resident_id, called);
`

const devices = `
  create table devices (
    number integer primary key autoincrement,
    id text not null unique, site_id text not null references sites (id), resident_id text references residents (id),
    gateway_id text references devices (id), family text not null, key text not null, base text not null, role text not null,
    room text not null, power text not null, heartbeat_seconds real
  ) strict;
  create index devices_of_site on devices (site_id);
  create index devices_of_resident on devices (resident_id) where resident_id is not null;
  create index devices_of_gateway on devices (gateway_id, key) where gateway_id is not null;

  create table credentials (
    place integer primary key autoincrement,
    device_id text not null references devices (id) on delete cascade,
    token_hash blob not null
  ) strict;
  create index credentials_of_device on credentials (device_id);

  create table plans (
    id text primary key, site_id text references sites (id), resident_id text references residents (id) on delete cascade,
    kind text not null, plan text not null
  ) strict;
`

const accounts = `
  create table users (
    id text primary key, name text not null unique collate nocase, display_name text not null, role text not null,
    site_ids text not null, disabled integer not null, password_hash text not null
  ) strict;
  create table sessions (
    id_hash text primary key, id text not null, user_id text not null references users (id) on delete cascade,
    created_at integer not null, expires_at integer not null, csrf_token text not null
  ) strict, without rowid;
  create index sessions_of_user on sessions (user_id);
  create table audit (
    id integer primary key autoincrement, at integer not null, user_id text not null, action text not null,
    subject_id text not null, detail text not null
  ) strict;
`

/** How many false alarms of silence a month this person's watch may cost; null = the city's default. */
const silenceBudget = 'alter table residents add column silence_budget real;'

/** What a large import has replaced so far (`row_before` null: added), until its last slice stands: empty but in the middle of one. */
const directoryUndo = `
  create table directory_undo (place integer primary key, table_name text not null, id text not null, row_before text) strict;
`

/** How people wish to be reached, the browsers that may be pushed to, and what providers reported of what they took. */
const reach = `
  create table reaches (person_id text primary key, body text not null) strict, without rowid;
  create table push_subscriptions (
    id text primary key, person_id text not null, endpoint text not null, p256dh text not null, auth text not null, label text not null,
    made_at integer not null, dead_at integer, used_at integer
  ) strict;
  create index push_subscriptions_of on push_subscriptions (person_id);
  create table sent_calls (
    channel text not null, reference text not null, notice_id text not null, at integer not null, primary key (channel, reference)
  ) strict, without rowid;
  create index sent_calls_of_notice on sent_calls (notice_id);
  create index sent_calls_by_time on sent_calls (at);
  create table receipts (
    channel text not null, reference text not null, state text not null check (state in ('reached', 'failed', 'under-way')),
    code text not null, at integer not null, primary key (channel, reference)
  ) strict, without rowid;
`

/** What terminals are still to be told, and how far the facts were followed; kept until the device acknowledged it. */
const replies = `
  create table replies (
    id text primary key, device_id text not null, subject text not null, body text not null, at integer not null
  ) strict;
  create index replies_of_device on replies (device_id, at);
  create table reply_cursor (one integer primary key check (one = 1), seq integer not null) strict;
`

/**
 * Who is on duty, what one shift told the next, and where a desk was ever on watch. Sites are named, not referred to: a rota never keeps
 * a site from being removed.
 */
const duty = `
  create table duty_shifts (id text primary key, site_id text not null, body text not null) strict, without rowid;
  create index duty_shifts_of on duty_shifts (site_id);
  create table duty_exceptions (
    id text primary key, site_id text not null, shift_id text not null, day text not null, body text not null
  ) strict, without rowid;
  create index duty_exceptions_of on duty_exceptions (site_id, day);
  create table duty_notes (
    id text primary key, site_id text not null, by_id text not null, by_name text not null, at integer not null, text text not null,
    alarm_ids text not null, read_by text not null, read_at integer
  ) strict;
  create index duty_notes_of on duty_notes (site_id, at);
  create index duty_notes_unread on duty_notes (site_id) where read_at is null;
  create table duty_desks (site_id text primary key, first_at integer not null) strict, without rowid;
`

const profileTables = `create table profiles (id text primary key, text text not null) strict`

/** Step n brings a database from `user_version` n to n + 1. */
export const careMigrations: readonly string[] = [
  [
    `pragma application_id = ${applicationId};`,
    journal,
    alarms,
    notices,
    places,
    people,
    devices,
    accounts,
    ...['journal', 'facts', 'presses', 'audit'].map(appendOnly),
  ].join('\n'),
  silenceBudget,
  directoryUndo,
  reach,
  replies,
  familyTables,
  duty,
  callBackTables,
  lifeSignTraces,
  figureTables,
  sweepTables,
  profileTables,
  enrolmentTables,
  callBackTries,
  webhookTables,
  troubleTables,
  enrolmentLifeTables,
  accountTables,
  homeAssistantTables,
  residentFileTables,
  lifeSignAlarms,
  vendorTables,
  webhookQueueTables,
  apiKeyTables,
  reminderTables,
  nearPhoneTables,
  mapTables,
  troubleToldColumns,
  reachEndsWithContact,
]

/** Brings the file to the newest step; each step is there whole or not at all, also after a crash in the middle. */
export function migrate(connection: DatabaseSync, migrations: readonly string[]): void {
  const version = versionOf(connection)
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    connection.exec('begin immediate')
    try {
      connection.exec(`${sql}\n; pragma user_version = ${index + 1}`)
      connection.exec('commit')
    } catch (error) {
      if (connection.isTransaction) connection.exec('rollback')
      throw error
    }
  }
}

export function versionOf(connection: DatabaseSync): number {
  return Number(connection.prepare('pragma user_version').get()?.user_version)
}
