/** The one-time code with which the first visitor becomes the administrator. */
import { randomBytes } from 'node:crypto'

/** Eight digits and letters that cannot be mistaken for each other. */
export function newSetupCode(): string {
  const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
  return [...randomBytes(8)].map((byte) => letters[byte % letters.length]).join('')
}
