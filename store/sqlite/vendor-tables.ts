/** The tables of logins by other platforms' formulas and by certificate: beside the list of migrations, because the stores are opened with it. */

/**
 * What a revocation means for certificates, which no table lists: those made before that moment are no longer taken. It outlives the device,
 * so that an old certificate is not good again when somebody else comes under the same id.
 */
export const vendorTables = `
  create table vendor_logins (
    place integer primary key autoincrement, device_id text not null references devices (id) on delete cascade,
    scheme text not null, name text not null, product text not null, device text not null, sealed blob not null
  ) strict;
  create index vendor_logins_named on vendor_logins (scheme, name);
  create index vendor_logins_of_device on vendor_logins (device_id);
  create table certificate_ends (device_id text primary key, ended_at integer not null) strict, without rowid;
  create trigger certificates_end after delete on devices begin
    insert or replace into certificate_ends (device_id, ended_at) values (old.id, cast(unixepoch('subsec') * 1000 as integer));
  end;
`
