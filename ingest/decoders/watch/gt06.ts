/** GT06 (Concox and its many kin): life signs and alarms from their frames; a frame whose checksum is wrong says nothing. */
import type { Signal } from '../../../domain/signal.ts'
import { type Decoded, undecodable } from '../decoder.ts'

const heartbeatType = 0x13
const loginType = 0x01
const alarmTypes: ReadonlySet<number> = new Set([0x16, 0x26, 0x27])
/** Where the alarm's code and the state of the device stand, counted from the end. */
const codeBeforeEnd = 8
const stateBeforeEnd = 11
/** Bits 3 to 5 of the state name the alarm too; 4 is the button. */
const buttonState = 4

/** The checksum that these frames end with: CRC-16/X-25, from the length to the serial number. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let i = 0; i < 8; i++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1
  }
  return crc ^ 0xffff
}

export function decodeGt06(bytes: Uint8Array): Decoded {
  const isLong = bytes[0] === 0x79
  const lengthBytes = isLong ? 2 : 1
  const end = bytes.length - 4
  const body = bytes.subarray(2, end)
  if (bytes.length < 10 || checksum(body) !== (bytes[end] ?? 0) * 256 + (bytes[end + 1] ?? 0))
    return undecodable('a GT06 frame with a wrong checksum')
  const type = bytes[2 + lengthBytes] ?? 0
  const shared = { deviceKey: '', origin: 'live' as const }
  const signals: Signal[] = [{ ...shared, kind: 'heartbeat' }]
  if (alarmTypes.has(type)) signals.unshift(...alarmSignals(bytes, shared))
  return type === heartbeatType || type === loginType || alarmTypes.has(type) || signals.length > 0
    ? { signals, problem: null }
    : undecodable('')
}

/** 1 is the button. What is not known here is taken for a call: the frame is an alarm. */
function alarmSignals(bytes: Uint8Array, shared: { deviceKey: string; origin: 'live' }): readonly Signal[] {
  const [code = 0, state = 0] = [bytes[bytes.length - codeBeforeEnd], bytes[bytes.length - stateBeforeEnd]]
  if (((state >> 3) & 7) === buttonState) return [{ ...shared, kind: 'sos', active: true }]
  if (code === 2) return [{ ...shared, kind: 'power', active: false }]
  if (code === 14 || code === 25) return [{ ...shared, kind: 'battery', active: true }]
  if (code === 3) return [{ ...shared, kind: 'vibration', active: true }]
  if (code === 19 || code === 20) return [{ ...shared, kind: 'tamper', active: true }]
  if ([4, 5, 6, 9, 10, 11, 12, 13, 15].includes(code)) return []
  return [{ ...shared, kind: 'sos', active: true }]
}
