/** Tables of Home Assistants that may listen. What rests on a consent ends with it, in the very same transaction. */
export const homeAssistantTables = `
  create table home_assistants (
    id text primary key, label text not null, token_hash blob not null, made_at integer not null, made_by text not null
  ) strict, without rowid;
  create table home_assistant_links (
    key text primary key, client_id text not null references home_assistants (id) on delete cascade, resident_id text not null,
    contact_id text, how text, note text
  ) strict, without rowid;
  create index home_assistant_links_of on home_assistant_links (resident_id);
  create index home_assistant_links_by on home_assistant_links (client_id);
  create index home_assistant_links_for on home_assistant_links (contact_id);
  create trigger home_assistants_end_with_consent after delete on family_consents begin
    delete from home_assistant_links where contact_id = old.contact_id;
  end;
  create trigger home_assistants_go_with_elder after delete on residents begin
    delete from home_assistant_links where resident_id = old.id;
  end;
  create trigger home_assistants_end after delete on home_assistant_links begin
    delete from home_assistants where id = old.client_id and not exists (select 1 from home_assistant_links where client_id = old.client_id);
  end;
`
