/** What residents agreed to, and their pictures; both go with the resident. A consent is withdrawn, never changed or removed by itself. */
export const residentFileTables = `
  create table consents (
    id text primary key, resident_id text not null references residents (id) on delete cascade, kind text not null, form text not null,
    given_by text not null, given_at integer not null, note text not null, recorded_by text not null, recorded_at integer not null,
    withdrawn_at integer, withdrawn_by text, withdrawn_recorded_by text,
    check ((withdrawn_at is null) = (withdrawn_by is null))
  ) strict, without rowid;
  create index consents_of on consents (resident_id);
  create table photos (
    resident_id text primary key references residents (id) on delete cascade, type text not null, bytes blob not null, at integer not null
  ) strict;
  alter table contacts add column hours text not null default '';
`
