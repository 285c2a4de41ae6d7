/** Milesight sensors: channel and type in two bytes, then the value. What a channel means depends on the model. */
import { instant } from '../../../domain/time.ts'
import { type ByteReader, type Frame, type FrameSignal, percentSignal, readBytes } from './frame.ts'

type Channel = (read: ByteReader) => readonly FrameSignal[]
type Channels = Readonly<Record<number, Channel>>

const milesightPort = 85
const is = (channel: number, type: number): number => channel * 256 + type
const flag =
  (kind: FrameSignal['kind']): Channel =>
  (read) => {
    const value = read.u8()
    return value <= 1 ? [{ kind, active: value === 1 }] : []
  }
const skip =
  (count: number): Channel =>
  (read) => {
    read.skip(count)
    return []
  }
const measured = (name: string, value: number): readonly FrameSignal[] =>
  Number.isNaN(value) ? [] : [{ kind: 'environment', numbers: { [name]: value } }]

const temperature: Channel = (read) => measured('temperature', read.i16le() / 10)
const humidity: Channel = (read) => measured('humidity', read.u8() / 2)

/** Battery, and what a device says of itself after it was switched on. */
const common: Channels = {
  [is(0x01, 0x75)]: (read) => percentSignal(read.u8()),
  [is(0xff, 0x0b)]: skip(1),
  [is(0xff, 0x01)]: skip(1),
  [is(0xff, 0x08)]: skip(6),
  [is(0xff, 0x16)]: skip(8),
  [is(0xff, 0x09)]: skip(2),
  [is(0xff, 0x0a)]: skip(2),
  [is(0xff, 0x0f)]: skip(1),
  [is(0xff, 0xff)]: skip(2),
  [is(0xff, 0xfe)]: skip(1),
}
const climate: Channels = { ...common, [is(0x03, 0x67)]: temperature, [is(0x04, 0x68)]: humidity }

const pressNames = ['', 'short', 'long', 'double']
const button: Channel = (read) => {
  const name = pressNames[read.u8()]
  return name ? [{ kind: 'button', value: name }] : []
}

/** A record kept while there was no radio: it tells of then, whatever it says. */
function history(signals: (read: ByteReader) => readonly FrameSignal[]): Channel {
  return (read) => {
    const seconds = read.u32le()
    const told = signals(read)
    if (Number.isNaN(seconds) || read.left() < 0) return []
    return told.map((signal) => ({ ...signal, origin: 'historic', claimedAt: instant(seconds * 1_000) }))
  }
}

const climateRecord = (kind: FrameSignal['kind']) => history((read) => [...temperature(read), ...humidity(read), ...flag(kind)(read)])
const occupancyRecord = history((read) => {
  read.skip(1)
  return [...flag('motion')(read), ...temperature(read), ...humidity(read)]
})

/** 1.0.1 says 0 for an occupied region, 1.0.2 says 1 on another channel. The state of the room itself has its own channel. */
const regions = skip(4)

const radarStates = { normal: 0, vacant: 1, inBed: 2, outOfBed: 3, fall: 4 } as const

/** `03 F8` and `07 B0`: the state of the room, the person's state, and two durations. */
const radarState =
  (durations: number): Channel =>
  (read) => {
    const state = read.u8()
    read.skip(1 + durations)
    if (Number.isNaN(state) || state > radarStates.fall) return []
    const present: FrameSignal = { kind: 'presence', active: state !== radarStates.vacant }
    if (state === radarStates.inBed) return [present, { kind: 'bed', active: true }]
    if (state === radarStates.outOfBed) return [present, { kind: 'bed', active: false }]
    if (state === radarStates.fall) return [present, { kind: 'fall', active: true, level: 'confirmed' }]
    return [present]
  }

const alarmTypes = { fall: 0, outOfBed: 3, occupied: 4, vacant: 5, lyingDown: 8 } as const

/** `06 FB`: one alarm with its number. Type 0 is a fall and status 1 is its beginning; the printed table of the vendor says otherwise. */
const radarAlarm: Channel = (read) => {
  const id = read.u16le()
  const [type, status] = [read.u8(), read.u8()]
  read.skip(1)
  if (status !== 1) return []
  const pressId = `alarm-${id}`
  if (type === alarmTypes.fall) return [{ kind: 'fall', active: true, level: 'confirmed', pressId }]
  if (type === alarmTypes.lyingDown) return [{ kind: 'fall', active: true, level: 'possible', pressId }]
  if (type === alarmTypes.outOfBed) return [{ kind: 'bed', active: false }]
  if (type === alarmTypes.occupied || type === alarmTypes.vacant) return [{ kind: 'presence', active: type === alarmTypes.occupied }]
  return []
}

const respiration: Channel = (read) => {
  const state = read.u8()
  const perMinute = read.u16le() / 100
  return state <= 100 && perMinute >= 1 && perMinute <= 100 ? [{ kind: 'vitals', numbers: { respiration: perMinute } }] : []
}

const gasState: Channel = (read) => {
  const value = read.u8()
  return value <= 1 ? [{ kind: 'gas', active: value === 1 }] : []
}

const models: readonly { models: readonly string[]; channels: Channels }[] = [
  { models: ['ws101'], channels: { ...common, [is(0xff, 0x2e)]: button } },
  { models: ['ws202'], channels: { ...common, [is(0x03, 0x00)]: flag('motion'), [is(0x04, 0x00)]: skip(1) } },
  { models: ['ws203'], channels: { ...climate, [is(0x05, 0x00)]: flag('motion'), [is(0x20, 0xce)]: occupancyRecord } },
  { models: ['ws301'], channels: { ...common, [is(0x03, 0x00)]: flag('contact'), [is(0x04, 0x00)]: flag('tamper') } },
  { models: ['ws303'], channels: { ...common, [is(0x03, 0x00)]: flag('water-leak') } },
  {
    models: ['em300-mcs'],
    channels: { ...climate, [is(0x06, 0x00)]: flag('contact'), [is(0x20, 0xce)]: climateRecord('contact') },
  },
  {
    models: ['em300-sld', 'em300-zld'],
    channels: { ...climate, [is(0x05, 0x00)]: flag('water-leak'), [is(0x20, 0xce)]: climateRecord('water-leak') },
  },
  { models: ['em300-th', 'em300'], channels: climate },
  {
    models: ['gs101'],
    channels: {
      ...common,
      [is(0x05, 0x8e)]: gasState,
      [is(0x06, 0x01)]: skip(1),
      [is(0x07, 0x01)]: skip(1),
      [is(0x08, 0x90)]: skip(4),
      [is(0xff, 0x3f)]: skip(1),
    },
  },
  {
    models: ['vs373'],
    channels: {
      ...common,
      [is(0x03, 0xf8)]: radarState(4),
      [is(0x07, 0xb0)]: radarState(6),
      [is(0x06, 0xfb)]: radarAlarm,
      [is(0x08, 0xb1)]: respiration,
      [is(0x04, 0xf9)]: regions,
      [is(0x0a, 0xb3)]: regions,
      [is(0x05, 0xfa)]: skip(8),
      [is(0x20, 0xce)]: history(radarAlarm),
    },
  },
]

function decodeChannels(channels: Channels, bytes: Uint8Array): readonly FrameSignal[] {
  const read = readBytes(bytes)
  const signals: FrameSignal[] = []
  while (read.left() >= 3) {
    const channel = channels[is(read.u8(), read.u8())]
    // Unknown: its length is unknown too.
    if (!channel) break
    signals.push(...channel(read))
  }
  return oneFall(signals)
}

/** A frame may tell one fall twice, as a state and as a numbered alarm. */
function oneFall(signals: readonly FrameSignal[]): readonly FrameSignal[] {
  const falls = signals.filter(({ kind }) => kind === 'fall')
  if (falls.length < 2) return signals
  const best = falls.find(({ pressId }) => pressId !== undefined) ?? falls[0]
  return signals.filter((signal) => signal.kind !== 'fall' || signal === best)
}

/** A Milesight device whose model nobody told: only what no two models say differently. */
const anyModel: Channels = { ...climate, [is(0xff, 0x2e)]: button, [is(0x06, 0xfb)]: radarAlarm }

export const milesight: readonly Frame[] = [
  ...models.map(
    (each): Frame => ({ vendor: 'Milesight', models: each.models, decode: (_port, bytes) => decodeChannels(each.channels, bytes) }),
  ),
  {
    vendor: 'Milesight',
    models: ['milesight'],
    looksLike: (port, bytes) => port === milesightPort && bytes.length >= 3,
    decode: (_port, bytes) => decodeChannels(anyModel, bytes),
  },
]
