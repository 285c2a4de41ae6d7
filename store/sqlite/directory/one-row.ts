/** One row of the directory by its id. */
import type { DatabaseSync } from 'node:sqlite'
import type { Directory, DirectoryRows } from '../../store.ts'
import { contactOfRow, deviceOfRow, homeOfRow, residentOfRow, siteOfRow, type Tables } from './tables.ts'

type Table = keyof DirectoryRows
type Readers = { [Name in Table]: (row: Tables[Name]) => DirectoryRows[Name][number] }

const withoutNumber = <Row extends { number: number }>({ number: _, ...rest }: Row): Omit<Row, 'number'> => rest

const readers: Readers = {
  sites: siteOfRow,
  homes: homeOfRow,
  residents: (row) => withoutNumber(residentOfRow(row)),
  contacts: contactOfRow,
  devices: (row) => withoutNumber(deviceOfRow(row)),
}

export function prepareOneRow(reader: DatabaseSync): Directory['row'] {
  const statements = {
    sites: reader.prepare('select * from sites where id = ?'),
    homes: reader.prepare('select * from homes where id = ?'),
    residents: reader.prepare('select * from residents where id = ?'),
    contacts: reader.prepare('select * from contacts where id = ?'),
    devices: reader.prepare('select * from devices where id = ?'),
  }
  return async (table, id) => {
    const row = statements[table].get(id)
    return row ? readers[table](row as never) : null
  }
}
