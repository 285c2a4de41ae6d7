/** Tables of the figures of alarms. They can be made again from the facts, but for what screens did first. */

/** A page goes on after the last row of the one before, in order of time and number. */
export const figureTables = `
  create table alarm_figures (
    number integer primary key, alarm_id text not null unique, site_id text not null, stored_at integer not null, open integer not null, body text not null
  ) strict;
  create index alarm_figures_by_time on alarm_figures (stored_at, number);
  create index alarm_figures_open on alarm_figures (stored_at) where open = 1;
  create table alarm_seen (
    alarm_id text not null, what text not null, at integer not null, primary key (alarm_id, what)
  ) strict, without rowid;
  create table alarm_figures_upto (id integer primary key check (id = 1), seq integer not null) strict;
  insert into alarm_figures_upto values (1, 0);
`
