/** API keys: other systems that ask the platform, each with a name, a role and sites of its own, and no more than that. */
import type { Instant } from './time.ts'

/** What a key may be. None is an admin: settings, accounts and the record are for people. */
export const apiKeyRoles = ['operator', 'supervisor', 'technician'] as const
export type ApiKeyRole = (typeof apiKeyRoles)[number]

export type ApiKey = {
  id: string
  name: string
  role: ApiKeyRole
  siteIds: readonly string[]
  /** False: it may look, and change nothing. */
  mayWrite: boolean
  madeAt: Instant
  madeBy: string
  /** To the minute. */
  usedAt: Instant | null
  revokedAt: Instant | null
}

/** The secret begins with this, so that a scanner of files finds a key that leaked. */
export const apiKeyPrefix = 'anlk_'
/** In the record, who did it with a key. */
export const keyUserId = (id: string): string => `key:${id}`
export const isKeyUserId = (userId: string): boolean => userId.startsWith('key:')
