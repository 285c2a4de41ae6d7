/** Pseudonyms for those who are told by webhook. */
import { createHmac } from 'node:crypto'

/** The pseudonym of an elder, or of an area, for one webhook: the same every time, and another for every other webhook. */
export const referenceFor =
  (pepper: Uint8Array, webhookId: string) =>
  (subjectId: string): string =>
    createHmac('sha256', pepper).update(`webhook\n${webhookId}\n${subjectId}`).digest('base64url').slice(0, 22)
