/** API keys: what is kept of a key opens nothing. A revoked one stays, for the record names it. */
export const apiKeyTables = `
  create table api_keys (
    id text primary key, hash text not null unique, name text not null, role text not null, site_ids text not null, may_write integer not null,
    made_at integer not null, made_by text not null, used_at integer, revoked_at integer
  ) strict, without rowid;
`
