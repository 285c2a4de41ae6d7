/** Kysely over `node:sqlite`, for reading: SQL that PostgreSQL can follow, on a connection that is already open. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'

/**
 * A query builder that runs its reads on `reader`. Writes are compiled by it and run synchronously by the writer: a transaction
 * that waits for promises would let others into it.
 */
export function openQueries<Tables>(reader: DatabaseSync): Kysely<Tables> {
  const database = {
    // Closed by whoever opened it.
    close() {},
    prepare(sql: string) {
      const statement = reader.prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as SQLInputValue[])),
      }
    },
  }
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
}
