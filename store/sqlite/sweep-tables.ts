/** The tables of welfare sweeps, and when this platform was last alive and well. */
export const sweepTables = `
  create table sweeps (
    id text primary key, site_id text not null, cause text not null, from_at integer not null, until_at integer not null,
    made_at integer not null, closed_at integer
  ) strict, without rowid;
  create index sweeps_open on sweeps (made_at) where closed_at is null;
  create table sweep_homes (
    sweep_id text not null references sweeps (id), place integer not null, resident_id text not null, building text not null,
    risk integer not null, reasons text not null, done_at integer, done_by text, note text, primary key (sweep_id, place)
  ) strict, without rowid;
  create unique index sweep_homes_of on sweep_homes (sweep_id, resident_id);
  create table alive (one integer primary key check (one = 1), at integer not null) strict;
`
