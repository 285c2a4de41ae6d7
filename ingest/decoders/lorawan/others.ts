/** Netvox, Browan, Dragino and Yobiiq frames: fixed places in a few bytes. */
import { type Frame, type FrameSignal, percentSignal, voltsSignal } from './frame.ts'

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0
const u16be = (bytes: Uint8Array, at: number): number => byteAt(bytes, at) * 256 + byteAt(bytes, at + 1)
const i32be = (bytes: Uint8Array, at: number): number =>
  (byteAt(bytes, at) << 24) | (byteAt(bytes, at + 1) << 16) | (byteAt(bytes, at + 2) << 8) | byteAt(bytes, at + 3)
const bit = (value: number, place: number): boolean => ((value >> place) & 1) === 1

const beat: FrameSignal = { kind: 'heartbeat' }

const netvoxPort = 6
const netvoxEmergency = 0x4d

/** Report 0 tells of the device itself after a start; report 1 is what it is for. Bit 7 of the voltage: low. */
const netvox: Frame = {
  vendor: 'Netvox',
  models: ['r312a', 'r312'],
  looksLike: (port, bytes) => port === netvoxPort && byteAt(bytes, 0) === 1 && byteAt(bytes, 1) === netvoxEmergency,
  decode(port, bytes) {
    if (port !== netvoxPort || bytes.length < 5 || byteAt(bytes, 1) !== netvoxEmergency || byteAt(bytes, 2) !== 1) return [beat]
    const battery: FrameSignal = { kind: 'battery', active: bit(byteAt(bytes, 3), 7) }
    return byteAt(bytes, 4) === 1 ? [{ kind: 'button', value: 'press' }, battery] : [beat, battery]
  },
}

const browanLowVolts = 2.8
const browanVolts = (bytes: Uint8Array): FrameSignal => voltsSignal((25 + (byteAt(bytes, 1) & 0x0f)) / 10, browanLowVolts)
const browanDegrees = (bytes: Uint8Array): FrameSignal => ({
  kind: 'environment',
  numbers: { temperature: (byteAt(bytes, 2) & 0x7f) - 32 },
})

function browan(model: string, port: number, say: (on: boolean) => readonly FrameSignal[]): Frame {
  return {
    vendor: 'Browan',
    models: [model],
    looksLike: (given, bytes) => given === port && bytes.length >= 4 && bytes.length <= 12,
    decode(given, bytes) {
      if (given !== port || bytes.length < 3) return [beat]
      return [...say(bit(byteAt(bytes, 0), 0)), browanVolts(bytes), browanDegrees(bytes)]
    },
  }
}

const browanFrames: readonly Frame[] = [
  browan('tbpb', 147, (on) => (on ? [{ kind: 'button', value: 'press' }] : [beat])),
  browan('tbms', 102, (active) => [{ kind: 'motion', active }]),
  browan('tbdw', 100, (active) => [{ kind: 'contact', active }]),
  browan('tbwl', 106, (active) => [{ kind: 'water-leak', active }]),
  browan('tbsl', 105, () => [beat]),
  browan('tbhh', 103, () => [beat]),
]

/** The maker's later line: other ports, the states in the first byte, a button for pairing that is nobody's call. */
function merryIot(models: readonly string[], port: number, kind: FrameSignal['kind']): Frame {
  return {
    vendor: 'Browan',
    models,
    looksLike: (given, bytes) => given === port && bytes.length >= 7 && bytes.length <= 11,
    decode(given, bytes) {
      if (given !== port || bytes.length < 3) return [beat]
      const states = byteAt(bytes, 0)
      return [{ kind, active: bit(states, 0) }, ...(bit(states, 2) ? [{ kind: 'tamper', active: true } as FrameSignal] : [])]
    },
  }
}

const merryIotFrames: readonly Frame[] = [merryIot(['dw10'], 120, 'contact'), merryIot(['ms10'], 122, 'motion')]

const draginoLowVolts = 2.5
const doorMode = 1
const leakMode = 2

/** Voltage and both states share two bytes; the mode says which of them is connected. */
const draginoDoor: Frame = {
  vendor: 'Dragino',
  models: ['lds02', 'lwl02', 'lwl01', 'lds01', 'lds03'],
  looksLike: (port, bytes) => port === 10 && bytes.length === 10 && byteAt(bytes, 2) >= 1 && byteAt(bytes, 2) <= 3,
  decode(_port, bytes) {
    if (bytes.length < 3) return [beat]
    const word = u16be(bytes, 0)
    const battery = voltsSignal((word & 0x3fff) / 1_000, draginoLowVolts)
    const mode = byteAt(bytes, 2)
    if (mode === doorMode) return [{ kind: 'contact', active: bit(word, 15) }, battery]
    if (mode === leakMode) return [{ kind: 'water-leak', active: bit(word, 14) }, battery]
    return [{ kind: 'contact', active: bit(word, 15) }, { kind: 'water-leak', active: bit(word, 14) }, battery]
  },
}

const draginoTracker: Frame = {
  vendor: 'Dragino',
  models: ['lgt-92', 'lgt92'],
  looksLike: (port, bytes) => port === 2 && (bytes.length === 11 || bytes.length === 14 || bytes.length === 16),
  decode(_port, bytes) {
    if (bytes.length < 10) return [beat]
    const numbers = { latitude: i32be(bytes, 0) / 1e6, longitude: i32be(bytes, 4) / 1e6 }
    const battery = voltsSignal((u16be(bytes, 8) & 0x3fff) / 1_000, 3.4)
    const place: FrameSignal = { kind: 'location', numbers }
    return bit(byteAt(bytes, 8), 6) ? [{ kind: 'sos', active: true, numbers }, place, battery] : [place, battery]
  },
}

/** Channel, 0, value. The test button makes the smoke alarm too: then it is a test. */
const yobiiq: Frame = {
  vendor: 'Yobiiq',
  models: ['sd-1001', 'sd1001'],
  decode(_port, bytes) {
    const values = new Map<number, number>()
    for (let at = 0; at + 2 < bytes.length && byteAt(bytes, at + 1) === 0; at += 3) values.set(byteAt(bytes, at), byteAt(bytes, at + 2))
    const [percent, smoke] = [values.get(1), values.get(5)]
    const isTest = values.get(7) === 1
    return [
      ...(smoke === undefined ? [] : [{ kind: 'smoke', active: smoke === 1, ...(isTest && { origin: 'test' }) } as FrameSignal]),
      ...(percent === undefined ? [] : percentSignal(percent)),
    ]
  },
}

export const otherFrames: readonly Frame[] = [netvox, ...browanFrames, ...merryIotFrames, draginoDoor, draginoTracker, yobiiq]
