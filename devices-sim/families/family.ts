/** Devices of other makers, as they speak: each family says what a press, a movement, a door are in its own words. */
import type { Family } from '../../domain/device.ts'
import type { Instant } from '../../domain/time.ts'

export const deeds = ['join', 'press', 'motion', 'door', 'battery'] as const
export type Deed = (typeof deeds)[number]

export type Spoken = { topic: string; payload: string; retain?: boolean }
/** `turn` counts deeds from 1: what must differ each time differs by it, and doors open at odd and close at even ones. */
export type Moment = { turn: number; at: Instant }

export type Login = { clientId: string; username: string; password: string }

export type SimFamily = {
  name: string
  /** Under which family and with which base it is registered. */
  family: Family
  base: string
  /** What it calls its button, its motion sensor and its door; '' is the connection's own device. */
  keys: Readonly<Partial<Record<'press' | 'motion' | 'door', string>>>
  /** Over HTTP instead of MQTT: the way in. */
  post?: 'traccar' | 'tts'
  /** How its firmware signs in by its own maker's formula, from the secret it was made with; absent: only by our token. */
  login?: { product: string; device: string; with(secret: string, at: Instant): Login }
  /** Empty: this family plays no such thing. */
  say(deed: Deed, moment: Moment): readonly Spoken[]
}

export const said = (topic: string, payload: unknown, retain = false): Spoken => ({
  topic,
  payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  ...(retain && { retain }),
})

export const isOpen = ({ turn }: Moment): boolean => turn % 2 === 1
export const iso = ({ at }: Moment): string => new Date(at).toISOString()
