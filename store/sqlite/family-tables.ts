/** The tables of relatives: beside the list of migrations, because the stores are opened with it. */

/** A step of `careMigrations`. What rests on a contact goes with the contact: the same id given to somebody else later has no rights of hers. */
export const familyTables = `
  create table family_consents (
    contact_id text primary key, resident_id text not null, how text not null check (how in ('spoken', 'written')),
    note text not null, at integer not null, by text not null
  ) strict, without rowid;
  create index family_consents_of on family_consents (resident_id);
  create table family_invitations (
    token_hash text primary key, resident_id text not null, contact_id text not null,
    made_at integer not null, expires_at integer not null, used_at integer
  ) strict, without rowid;
  create index family_invitations_of on family_invitations (contact_id);
  create table family_phones (
    id_hash text primary key, id text not null unique, label text not null, csrf_token text not null,
    made_at integer not null, expires_at integer not null, used_at integer not null
  ) strict, without rowid;
  create table family_links (
    contact_id text not null, phone_id text not null references family_phones (id) on delete cascade,
    resident_id text not null, joined_at integer not null, push_id text not null,
    primary key (contact_id, phone_id)
  ) strict, without rowid;
  create index family_links_of_phone on family_links (phone_id);
  create table family_dailies (
    contact_id text primary key, resident_id text not null, minute integer not null, time_zone text not null, done_day text not null
  ) strict, without rowid;

  create trigger family_consents_end after delete on family_consents begin
    delete from push_subscriptions where id in (select push_id from family_links where contact_id = old.contact_id);
    delete from family_links where contact_id = old.contact_id;
    delete from family_invitations where contact_id = old.contact_id;
    delete from family_dailies where contact_id = old.contact_id;
  end;
  create trigger family_goes_with_contacts after delete on contacts begin
    delete from family_consents where contact_id = old.id;
  end;
  create trigger family_stays_with_elder after update of resident_id on contacts when old.resident_id <> new.resident_id begin
    delete from family_consents where contact_id = old.id;
  end;
`

/** A step of `careMigrations`. What somebody agreed to ends with the contact, and when the contact becomes another elder's. */
export const nearPhoneTables = `
  create table near_phones (
    contact_id text primary key, resident_id text not null, at integer not null, by text not null
  ) strict, without rowid;
  create index near_phones_of on near_phones (resident_id);
  create trigger near_phones_go_with_contacts after delete on contacts begin
    delete from near_phones where contact_id = old.id;
  end;
  create trigger near_phones_stay_with_elder after update of resident_id, phone on contacts
    when old.resident_id <> new.resident_id or old.phone <> new.phone begin
    delete from near_phones where contact_id = old.id;
  end;
`

const endReach = 'delete from reaches where person_id = old.id; delete from push_subscriptions where person_id = old.id;'

/**
 * A step of `careMigrations`. By which number and address somebody said to be reached ends with the contact, and when the contact becomes
 * another elder's: a plan that still names the id must not call whoever was taken off the list, and not about somebody else.
 */
export const reachEndsWithContact = `
  delete from reaches where person_id not in (select id from contacts) and person_id not in (select id from users);
  create trigger reaches_go_with_contacts after delete on contacts begin ${endReach} end;
  create trigger reaches_stay_with_elder after update of resident_id on contacts when old.resident_id <> new.resident_id begin ${endReach} end;
`
