/** The tables of enrolment: beside the list of migrations, because the stores are opened with it. */

/** A proof is named after its device and goes with it: who comes under the same id must show anew what he can. */
export const enrolmentTables = `
  create table new_devices (
    gateway_id text not null, key text not null, family text not null, first_at integer not null, last_at integer not null,
    kinds text not null, vendor text not null, model text not null, name text not null, primary key (gateway_id, key)
  ) strict, without rowid;
  create table device_proofs (device_id text primary key, claimed_at integer, proven_at integer) strict, without rowid;
  create trigger device_proofs_go after delete on devices begin delete from device_proofs where device_id = old.id; end;
`
