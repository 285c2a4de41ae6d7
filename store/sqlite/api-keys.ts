/** API keys on SQLite: found by the hash of their secret, revoked for ever. */
import type { ApiKey } from '../../domain/api-keys.ts'
import { instant } from '../../domain/time.ts'
import type { ApiKeyStore } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

export function openApiKeys({ connection, reader, write }: Database): ApiKeyStore {
  const all = reader.prepare('select * from api_keys order by made_at desc, id')
  const byHash = reader.prepare('select * from api_keys where hash = ? and revoked_at is null')
  const add = connection.prepare(`
    insert into api_keys (id, hash, name, role, site_ids, may_write, made_at, made_by) values (?, ?, ?, ?, ?, ?, ?, ?)`)
  const revoke = connection.prepare('update api_keys set revoked_at = ?2 where id = ?1 and revoked_at is null')
  const used = connection.prepare('update api_keys set used_at = ?2 where id = ?1')
  const line = prepareAuditLine(connection)
  return {
    list: async () => all.all().map(keyOf),
    async find(hash) {
      const row = byHash.get(hash)
      return row ? keyOf(row) : null
    },
    add: ({ id, name, role, siteIds, mayWrite, madeAt, madeBy }, hash, noted) =>
      write(() => {
        add.run(id, hash, name, role, JSON.stringify(siteIds), mayWrite ? 1 : 0, madeAt, madeBy)
        line(noted)
      }),
    revoke: (id, at, noted) =>
      write(() => {
        const isRevoked = revoke.run(id, at).changes > 0
        if (isRevoked) line(noted)
        return isRevoked
      }),
    used: (id, at) => write(() => void used.run(id, at)),
  }
}

const momentOf = (value: unknown) => (value === null ? null : instant(Number(value)))

const keyOf = (row: Record<string, unknown>): ApiKey => ({
  ...{
    id: String(row.id),
    name: String(row.name),
    role: row.role as ApiKey['role'],
    siteIds: JSON.parse(String(row.site_ids)) as string[],
  },
  ...{ mayWrite: row.may_write === 1, madeAt: instant(Number(row.made_at)), madeBy: String(row.made_by) },
  ...{ usedAt: momentOf(row.used_at), revokedAt: momentOf(row.revoked_at) },
})
