/** Plans of sites and flats go with their site or home; the outlines of all areas are one row. */
export const mapTables = `
  create table site_plans (
    site_id text primary key references sites (id) on delete cascade, frame text not null, features text not null, at integer not null
  ) strict;
  create table site_pictures (
    site_id text primary key references sites (id) on delete cascade, type text not null, bytes blob not null, width integer not null,
    height integer not null, at integer not null
  ) strict;
  create table site_points (
    site_id text primary key references sites (id) on delete cascade, longitude real not null, latitude real not null
  ) strict;
  create table flat_plans (home_id text primary key references homes (id) on delete cascade, body text not null) strict;
  create table area_outlines (place integer primary key check (place = 1), body text not null) strict;
`
