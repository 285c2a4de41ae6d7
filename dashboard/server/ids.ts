/** New ids for rows that have no cause to derive one from. */
import { randomBytes } from 'node:crypto'

export const newId = (): string => randomBytes(9).toString('hex')
