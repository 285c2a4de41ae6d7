/** What people have besides a password, on SQLite: passkeys, the secrets of one-time codes (sealed), and recovery codes (hashed). */
import { instant } from '../../domain/time.ts'
import type { Passkey, SecondFactors } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

/** The second factors of this database. */
export function openSecondFactors(database: Database): SecondFactors {
  return { ...openPasskeyRows(database), ...openSecretRows(database), ...openCodeRows(database), ...openRemoval(database) }
}

type PasskeyRow = {
  id: string
  user_id: string
  public_key: Uint8Array
  counter: number
  transports: string
  label: string
  made_at: number
  used_at: number | null
}
type PasskeyPart = Pick<SecondFactors, 'passkeysOf' | 'passkey' | 'addPasskey' | 'renamePasskey' | 'removePasskey' | 'usedPasskey'>

function openPasskeyRows({ connection, reader, write }: Database): PasskeyPart {
  const ofUser = reader.prepare('select * from passkeys where user_id = ? order by made_at, id')
  const byId = reader.prepare('select * from passkeys where id = ?')
  const add = connection.prepare(
    'insert into passkeys (id, user_id, public_key, counter, transports, label, made_at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const rename = connection.prepare('update passkeys set label = ? where user_id = ? and id = ?')
  const remove = connection.prepare('delete from passkeys where user_id = ? and id = ?')
  const used = connection.prepare('update passkeys set counter = ?, used_at = ? where id = ? and (counter < ? or (counter = 0 and ? = 0))')
  const note = prepareAuditLine(connection)
  const noteIf = (changes: number | bigint, line: Parameters<typeof note>[0]) => {
    if (changes > 0) note(line)
    return changes > 0
  }
  return {
    passkeysOf: async (userId) => (ofUser.all(userId) as PasskeyRow[]).map(passkeyOf),
    async passkey(id) {
      const row = byId.get(id) as PasskeyRow | undefined
      return row ? passkeyOf(row) : null
    },
    addPasskey: ({ id, userId, publicKey, counter, transports, label, madeAt }, line) =>
      write(() => {
        add.run(id, userId, publicKey, counter, JSON.stringify(transports), label, madeAt)
        note(line)
      }),
    renamePasskey: ({ userId, id, label }, line) => write(() => noteIf(rename.run(label, userId, id).changes, line)),
    removePasskey: (userId, id, line) => write(() => noteIf(remove.run(userId, id).changes, line)),
    usedPasskey: ({ id, counter, at }) => write(() => used.run(counter, at, id, counter, counter).changes > 0),
  }
}

const passkeyOf = (row: PasskeyRow): Passkey => ({
  ...{ id: row.id, userId: row.user_id, publicKey: new Uint8Array(row.public_key), counter: row.counter },
  ...{ transports: JSON.parse(row.transports), label: row.label, madeAt: instant(row.made_at) },
  usedAt: row.used_at === null ? null : instant(row.used_at),
})

type SecretRow = { user_id: string; sealed: Uint8Array; made_at: number; confirmed: number }
type SecretPart = Pick<SecondFactors, 'oneTimeSecret' | 'putOneTimeSecret' | 'useStep' | 'removeOneTimeSecret'>

function openSecretRows({ connection, reader, write }: Database): SecretPart {
  const find = reader.prepare('select * from one_time_secrets where user_id = ?')
  const put = connection.prepare(`
    insert into one_time_secrets (user_id, sealed, made_at, confirmed, last_step) values (?, ?, ?, 0, 0)
    on conflict (user_id) do update set sealed = excluded.sealed, made_at = excluded.made_at where confirmed = 0`)
  const use = connection.prepare('update one_time_secrets set last_step = ?, confirmed = 1 where user_id = ? and last_step < ?')
  const remove = connection.prepare('delete from one_time_secrets where user_id = ?')
  const note = prepareAuditLine(connection)
  return {
    async oneTimeSecret(userId) {
      const row = find.get(userId) as SecretRow | undefined
      if (!row) return null
      return { userId: row.user_id, sealed: row.sealed, madeAt: instant(row.made_at), confirmed: row.confirmed === 1 }
    },
    putOneTimeSecret: ({ userId, sealed, madeAt }) => write(() => put.run(userId, sealed, madeAt).changes > 0),
    useStep: (userId, step, line) =>
      write(() => {
        const isUsed = use.run(step, userId, step).changes > 0
        if (isUsed) note(line)
        return isUsed
      }),
    removeOneTimeSecret: (userId, line) =>
      write(() => {
        const isGone = remove.run(userId).changes > 0
        if (isGone) note(line)
        return isGone
      }),
  }
}

type CodePart = Pick<SecondFactors, 'putRecoveryCodes' | 'recoveryCodesLeft' | 'useRecoveryCode'>

function openCodeRows({ connection, reader, write }: Database): CodePart {
  const left = reader.prepare('select count(*) as count from recovery_codes where user_id = ? and used_at is null')
  const forget = connection.prepare('delete from recovery_codes where user_id = ?')
  const add = connection.prepare('insert into recovery_codes (user_id, hash) values (?, ?)')
  const use = connection.prepare('update recovery_codes set used_at = ? where user_id = ? and hash = ? and used_at is null')
  const note = prepareAuditLine(connection)
  return {
    putRecoveryCodes: (userId, hashes, line) =>
      write(() => {
        forget.run(userId)
        for (const hash of hashes) add.run(userId, hash)
        note(line)
      }),
    recoveryCodesLeft: async (userId) => Number(left.get(userId)?.count),
    useRecoveryCode: ({ userId, hash, at }, line) =>
      write(() => {
        const isUsed = use.run(at, userId, hash).changes > 0
        if (isUsed) note(line)
        return isUsed
      }),
  }
}

function openRemoval({ connection, write }: Database): Pick<SecondFactors, 'removeAll'> {
  const removals = ['passkeys', 'one_time_secrets', 'recovery_codes', 'sessions'].map((table) =>
    connection.prepare(`delete from ${table} where user_id = ?`),
  )
  const note = prepareAuditLine(connection)
  return {
    removeAll: (userId, line) =>
      write(() => {
        for (const removal of removals) removal.run(userId)
        note(line)
      }),
  }
}
