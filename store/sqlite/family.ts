/** Whom elders let see how they are, on SQLite: consents, invitations, telephones, and who wants one message a day. */
import type { Consent, ConsentHow, DailyWish, FamilyLink, FamilyStore, JoinAttempt } from '../../domain/family.ts'
import { instant } from '../../domain/time.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'
import { openNearPhones } from './near-phones.ts'

/** Telephones of one contact, and elders of one telephone; the oldest gives way. */
const phonesMost = 10
const eldersMost = 20

/** The families of this database. */
export function openFamily(database: Database): FamilyStore {
  return {
    ...openNearPhones(database),
    ...consents(database),
    ...invitations(database),
    ...joining(database),
    ...phones(database),
    ...dailies(database),
  }
}

type ConsentRow = { contact_id: string; resident_id: string; how: string; note: string; at: number; by: string }

function consents({ connection, reader, write }: Database): Pick<FamilyStore, 'consentsOf' | 'putConsent' | 'withdrawConsent'> {
  const of = reader.prepare('select * from family_consents where resident_id = ? order by contact_id')
  const isHers = connection.prepare('select 1 from contacts where id = ? and resident_id = ?')
  const put = connection.prepare(`
    insert into family_consents (contact_id, resident_id, how, note, at, by) values (?1, ?2, ?3, ?4, ?5, ?6)
    on conflict (contact_id) do update set resident_id = ?2, how = ?3, note = ?4, at = ?5, by = ?6`)
  const end = connection.prepare('delete from family_consents where contact_id = ? and resident_id = ?')
  const note = prepareAuditLine(connection)
  return {
    consentsOf: async (residentId) => (of.all(residentId) as ConsentRow[]).map(consentOf),
    putConsent: (consent, line) =>
      write(() => {
        const { contactId, residentId, how, at, by } = consent
        if (!isHers.get(contactId, residentId)) throw new RangeError(`Contact ${contactId} is not one of resident ${residentId}.`)
        put.run(contactId, residentId, how, consent.note, at, by)
        note(line)
      }),
    withdrawConsent: ({ residentId, contactId }, line) =>
      write(() => {
        const ended = end.run(contactId, residentId).changes > 0
        if (ended) note(line)
        return ended
      }),
  }
}

const consentOf = ({ contact_id, resident_id, how, note, at, by }: ConsentRow): Consent => ({
  ...{ contactId: contact_id, residentId: resident_id, how: how as ConsentHow, note, by },
  at: instant(at),
})

function invitations({ connection, reader, write }: Database): Pick<FamilyStore, 'putInvitation' | 'invitationsOf'> {
  const forgetOld = connection.prepare('delete from family_invitations where expires_at < ?')
  const put = connection.prepare(
    'insert into family_invitations (token_hash, resident_id, contact_id, made_at, expires_at, used_at) values (?, ?, ?, ?, ?, null)',
  )
  const of = reader.prepare(`
    select contact_id, max(expires_at) as expires_at from family_invitations
    where resident_id = ? and used_at is null and expires_at > ? group by contact_id`)
  const note = prepareAuditLine(connection)
  return {
    putInvitation: ({ tokenHash, residentId, contactId, madeAt, expiresAt }, line) =>
      write(() => {
        forgetOld.run(madeAt - keptAfterEnd)
        put.run(tokenHash, residentId, contactId, madeAt, expiresAt)
        note(line)
      }),
    async invitationsOf(residentId, now) {
      const rows = of.all(residentId, now) as { contact_id: string; expires_at: number }[]
      return rows.map(({ contact_id, expires_at }) => ({ contactId: contact_id, expiresAt: instant(expires_at) }))
    },
  }
}

/** For so long an old link is still told that it is old, and not that it never was. */
const keptAfterEnd = 30 * 86_400_000

type InvitationRow = { resident_id: string; contact_id: string; expires_at: number; used_at: number | null }

function joining({ connection, write }: Database): Pick<FamilyStore, 'join'> {
  const find = connection.prepare('select * from family_invitations where token_hash = ?')
  const isGranted = connection.prepare('select 1 from family_consents where contact_id = ? and resident_id = ?')
  const use = connection.prepare('update family_invitations set used_at = ?2 where token_hash = ?1')
  const link = prepareLink(connection)
  const note = prepareAuditLine(connection)
  const attempt = ({ tokenHash, at, phone, line }: JoinAttempt) => {
    const found = find.get(tokenHash) as InvitationRow | undefined
    if (!found || !isGranted.get(found.contact_id, found.resident_id)) return 'unknown'
    if (found.used_at !== null) return 'used'
    if (found.expires_at <= at) return 'expired'
    const hers = { residentId: found.resident_id, contactId: found.contact_id }
    use.run(tokenHash, at)
    link(phone, { ...hers, joinedAt: at })
    note(line(hers))
    return hers
  }
  return { join: (each) => write(() => attempt(each)) }
}

function prepareLink(connection: Database['connection']) {
  const forgetOld = connection.prepare('delete from family_phones where expires_at < ?')
  const known = connection.prepare('select id from family_phones where id_hash = ?')
  const put = connection.prepare(
    'insert into family_phones (id_hash, id, label, csrf_token, made_at, expires_at, used_at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const extend = connection.prepare('update family_phones set expires_at = ?2, used_at = ?3 where id_hash = ?1')
  const add = connection.prepare(`
    insert into family_links (contact_id, phone_id, resident_id, joined_at, push_id) values (?1, ?2, ?3, ?4, '')
    on conflict (contact_id, phone_id) do update set joined_at = ?4`)
  const trimPhones = connection.prepare(`
    delete from family_links where contact_id = ?1 and phone_id not in (
      select phone_id from family_links where contact_id = ?1 order by joined_at desc, phone_id limit ${phonesMost})`)
  const trimElders = connection.prepare(`
    delete from family_links where phone_id = ?1 and contact_id not in (
      select contact_id from family_links where phone_id = ?1 order by joined_at desc, contact_id limit ${eldersMost})`)
  return (phone: JoinAttempt['phone'], { residentId, contactId, joinedAt }: Omit<FamilyLink, 'pushId'>): void => {
    forgetOld.run(joinedAt)
    const row = known.get(phone.idHash)
    if (row) extend.run(phone.idHash, phone.expiresAt, phone.usedAt)
    else put.run(phone.idHash, phone.id, phone.label, phone.csrfToken, phone.madeAt, phone.expiresAt, phone.usedAt)
    const phoneId = row ? String(row.id) : phone.id
    add.run(contactId, phoneId, residentId, joinedAt)
    trimPhones.run(contactId)
    trimElders.run(phoneId)
  }
}

type PhoneRow = { id_hash: string; id: string; label: string; csrf_token: string; made_at: number; expires_at: number; used_at: number }
type LinkRow = { resident_id: string; contact_id: string; joined_at: number; push_id: string }
type Phones = Pick<FamilyStore, 'phone' | 'touch' | 'phonesOf' | 'unlink' | 'setPush' | 'isJoined'>

function phones(database: Database): Phones {
  const { connection, reader, write } = database
  const find = reader.prepare('select * from family_phones where id_hash = ? and expires_at > ?')
  const linksOf = reader.prepare(`
    select family_links.* from family_links join family_consents using (contact_id, resident_id)
    where phone_id = ? order by joined_at, contact_id`)
  const of = reader.prepare(`
    select family_phones.id, label, used_at, contact_id, joined_at from family_links
    join family_phones on family_phones.id = phone_id where resident_id = ? order by joined_at, family_phones.id`)
  const joined = reader.prepare('select 1 from family_links where contact_id = ? limit 1')
  const touch = connection.prepare('update family_phones set used_at = ?2, expires_at = ?3 where id_hash = ?1')
  const setPush = connection.prepare('update family_links set push_id = ?3 where phone_id = ?1 and contact_id = ?2')
  return {
    phone(idHash, now) {
      const row = find.get(idHash, now) as PhoneRow | undefined
      return row ? { ...phoneOf(row), links: (linksOf.all(row.id) as LinkRow[]).map(linkOf) } : null
    },
    touch: (idHash, { usedAt, expiresAt }) => write(() => void touch.run(idHash, usedAt, expiresAt)),
    phonesOf: async (residentId) =>
      (of.all(residentId) as (PhoneRow & LinkRow)[]).map(({ id, label, used_at, contact_id, joined_at }) => ({
        ...{ id, label, contactId: contact_id },
        usedAt: instant(used_at),
        joinedAt: instant(joined_at),
      })),
    unlink: unlinking(database),
    setPush: (phoneId, contactId, pushId) => write(() => void setPush.run(phoneId, contactId, pushId)),
    isJoined: (contactId) => joined.get(contactId) !== undefined,
  }
}

function unlinking({ connection, write }: Database): Phones['unlink'] {
  const whose = 'contact_id = ?1 and resident_id = ?2 and (?3 is null or phone_id = ?3)'
  const silence = connection.prepare(`delete from push_subscriptions where id in (select push_id from family_links where ${whose})`)
  const end = connection.prepare(`delete from family_links where ${whose}`)
  const recall = connection.prepare('delete from family_invitations where contact_id = ? and resident_id = ? and used_at is null')
  const note = prepareAuditLine(connection)
  return ({ contactId, residentId }, phoneId, line) =>
    write(() => {
      silence.run(contactId, residentId, phoneId)
      const links = end.run(contactId, residentId, phoneId).changes
      const open = phoneId === null ? recall.run(contactId, residentId).changes : 0
      if (Number(links) + Number(open) === 0) return false
      note(line)
      return true
    })
}

const phoneOf = ({ id_hash, id, label, csrf_token, made_at, expires_at, used_at }: PhoneRow) => ({
  ...{ idHash: id_hash, id, label, csrfToken: csrf_token },
  ...{ madeAt: instant(made_at), expiresAt: instant(expires_at), usedAt: instant(used_at) },
})
const linkOf = ({ resident_id, contact_id, joined_at, push_id }: LinkRow): FamilyLink => ({
  ...{ residentId: resident_id, contactId: contact_id, pushId: push_id },
  joinedAt: instant(joined_at),
})

type DailyRow = { contact_id: string; resident_id: string; minute: number; time_zone: string; done_day: string }

function dailies({ connection, reader, write }: Database): Pick<FamilyStore, 'daily' | 'putDaily' | 'dailies' | 'dailyDone'> {
  const one = reader.prepare('select * from family_dailies where contact_id = ?')
  const all = reader.prepare(
    'select family_dailies.* from family_dailies join family_consents using (contact_id, resident_id) order by contact_id',
  )
  const put = connection.prepare(`
    insert into family_dailies (contact_id, resident_id, minute, time_zone, done_day) values (?1, ?2, ?3, ?4, ?5)
    on conflict (contact_id) do update set resident_id = ?2, minute = ?3, time_zone = ?4, done_day = ?5`)
  const forget = connection.prepare('delete from family_dailies where contact_id = ?')
  const done = connection.prepare('update family_dailies set done_day = ?2 where contact_id = ?1')
  return {
    async daily(contactId) {
      const row = one.get(contactId) as DailyRow | undefined
      return row ? wishOf(row) : null
    },
    putDaily: ({ contactId, residentId, minute, timeZone, doneDay }) =>
      write(() => void (minute === null ? forget.run(contactId) : put.run(contactId, residentId, minute, timeZone, doneDay))),
    dailies: async () => (all.all() as DailyRow[]).map(wishOf),
    dailyDone: (contactId, day) => write(() => void done.run(contactId, day)),
  }
}

const wishOf = ({ contact_id, resident_id, minute, time_zone, done_day }: DailyRow): DailyWish => ({
  ...{ contactId: contact_id, residentId: resident_id, minute, timeZone: time_zone, doneDay: done_day },
})
