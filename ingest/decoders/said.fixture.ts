/** The form of a message of a device with what it means, and how its bytes travel. */
import type { Family } from '../../domain/device.ts'
import type { Signal } from '../../domain/signal.ts'

export type Said = {
  family: Family
  /** What is shown when it fails. */
  what: string
  topic: string
  /** An object travels as JSON. */
  payload: string | Uint8Array | object
  base?: string
  retain?: boolean
  /** Each must be among the signals, in this form. */
  means: readonly Partial<Signal>[]
  /** None of these kinds may be. */
  never?: readonly Signal['kind'][]
}

export const bytesOf = ({ payload }: Said): Uint8Array =>
  payload instanceof Uint8Array ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))

export const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')
