/** What accounts grew beyond a name and a password: areas, second factors, what a session is known by, and the chain of the record. */

/** `id` of a passkey is what the browser calls it; `secret` is sealed with a key that is not in this file; a recovery code is kept as its hash. */
export const accountTables = `
  alter table users add column areas text not null default '[]';
  alter table sessions add column used_at integer not null default 0;
  alter table sessions add column label text not null default '';
  alter table sessions add column place text not null default '';
  alter table sessions add column factor text not null default 'password';
  alter table audit add column hash text not null default '';
  create table passkeys (
    id text primary key, user_id text not null references users (id) on delete cascade, public_key blob not null, counter integer not null,
    transports text not null, label text not null, made_at integer not null, used_at integer
  ) strict, without rowid;
  create index passkeys_of_user on passkeys (user_id);
  create table one_time_secrets (
    user_id text primary key references users (id) on delete cascade, sealed blob not null, made_at integer not null,
    confirmed integer not null, last_step integer not null
  ) strict, without rowid;
  create table recovery_codes (
    user_id text not null references users (id) on delete cascade, hash text not null, used_at integer, primary key (user_id, hash)
  ) strict, without rowid;
  create index audit_of_user on audit (user_id, id);
  create index audit_of_subject on audit (subject_id, id);
`
