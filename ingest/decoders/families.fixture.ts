/** Messages as devices of each family send them, with what they mean: for the contract test, and bent and broken for the hostile one. */
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

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')
const chirpstack = (profile: string, fPort: number, bytes: string) => ({
  deduplicationId: 'd-1',
  time: '2026-11-22T01:59:59.5Z',
  deviceInfo: { deviceProfileName: profile, deviceName: 'bath' },
  fPort,
  data: Buffer.from(bytes, 'hex').toString('base64'),
  rxInfo: [{ rssi: -97 }, { rssi: -81 }],
})
const up = 'application/7/device/24E124AABBCCDD01/event/up'
const lora = (what: string, [profile, port, bytes]: [string, number, string], means: Said['means'], never?: Said['never']): Said => ({
  ...{ family: 'lorawan', what, topic: up, payload: chirpstack(profile, port, bytes), means },
  ...(never && { never }),
})

const lorawan: readonly Said[] = [
  lora(
    'a button',
    ['Milesight WS101', 85, '017564ff2e02'],
    [
      { kind: 'battery', value: 100, deviceKey: '24e124aabbccdd01' },
      { kind: 'button', value: 'long', pressId: 'd-1' },
      { kind: 'heartbeat', value: -81 },
    ],
  ),
  lora('a movement', ['milesight ws202', 85, '030001040000'], [{ kind: 'motion', active: true, origin: 'live' }]),
  lora(
    'a door that was pulled off',
    ['WS301', 85, '030001040001'],
    [
      { kind: 'contact', active: true },
      { kind: 'tamper', active: true },
    ],
  ),
  lora('water', ['WS303', 85, '030001'], [{ kind: 'water-leak', active: true }], ['contact', 'motion']),
  lora('gas', ['GS101', 85, '058e01'], [{ kind: 'gas', active: true }]),
  lora(
    'a fall, by state and by number',
    ['VS373', 85, '03f8040010002000' + '06fb0700000101'],
    [{ kind: 'fall', active: true, level: 'confirmed' }],
  ),
  lora('the end of an alarm', ['VS373', 85, '06fb0700000201'], [{ kind: 'heartbeat' }], ['fall']),
  lora('somebody in bed', ['VS373', 85, '03f8020010002000'], [{ kind: 'bed', active: true }], ['fall']),
  lora('a leak of long ago', ['EM300-SLD', 85, '20ce80e6ff6800ff7801'], [{ kind: 'water-leak', active: true, origin: 'historic' }]),
  lora('an emergency button', ['Netvox R312A', 6, '014d011e01000000000000'], [{ kind: 'button', value: 'press' }]),
  lora('a start of an emergency button', ['Netvox R312A', 6, '014d00640b201907180000'], [{ kind: 'heartbeat' }], ['sos', 'button']),
  lora('a button of a maker nobody named', ['our profile', 147, '01fe370000040000'], [{ kind: 'button', value: 'press' }]),
  lora('a door of a maker nobody named', ['our profile', 10, '8b8801001bb300000000'], [{ kind: 'contact', active: true }]),
  lora(
    'a tracker whose button was pressed',
    ['Dragino LGT-92', 2, '015a785406cf33d84d2060004b0190'],
    [
      { kind: 'sos', active: true },
      { kind: 'location', numbers: { latitude: 22.70626, longitude: 114.24252 } },
    ],
  ),
  lora('a smoke detector being tried', ['Yobiiq SD-1001', 8, '01005f050001070001'], [{ kind: 'smoke', active: true, origin: 'test' }]),
  {
    ...{ family: 'lorawan', what: 'a message nobody could check', topic: 'application/7/device/24E124AABBCCDD01/event/log' },
    ...{ payload: { level: 'ERROR', code: 'UPLINK_MIC' }, means: [{ kind: 'availability', origin: 'synthetic' }], never: ['heartbeat'] },
  },
  {
    ...{ family: 'lorawan', what: 'a press over The Things Stack', topic: 'v3/care@ttn/devices/sos-7/up' },
    payload: {
      end_device_ids: { device_id: 'sos-7', dev_eui: '24E124AABBCCDD02' },
      received_at: '2026-11-22T01:59:59.5Z',
      uplink_message: {
        session_key_id: 'k',
        f_port: 85,
        frm_payload: '/y4B',
        version_ids: { brand_id: 'milesight-iot', model_id: 'ws101' },
      },
    },
    means: [{ kind: 'button', value: 'short', deviceKey: '24e124aabbccdd02', pressId: 'k/0/2026-11-22T01:59:59.5Z' }],
  },
]

const shelly: readonly Said[] = [
  {
    ...{ family: 'shelly', what: 'a press of the first generation', topic: 'shellies/shellybutton1-A4CF12/input_event/0' },
    ...{ payload: { event: 'SSS', event_cnt: 9 }, means: [{ kind: 'button', value: 'triple', deviceKey: 'shellybutton1-A4CF12' }] },
  },
  {
    ...{
      family: 'shelly',
      what: 'nothing pressed',
      topic: 'shellies/shellybutton1-A4CF12/input_event/0',
      payload: { event: '', event_cnt: 9 },
    },
    ...{ means: [], never: ['button'] },
  },
  {
    ...{ family: 'shelly', what: 'a sleeper asleep', topic: 'shellies/shellydw2-48/online', payload: 'false' },
    means: [{ kind: 'availability', active: false, origin: 'last-will' }],
  },
  {
    ...{ family: 'shelly', what: 'gas being tried', topic: 'shellies/shellygas-1/sensor/gas', payload: 'test' },
    means: [{ kind: 'gas', active: true, origin: 'test' }],
  },
  {
    ...{ family: 'shelly', what: 'a new configuration', topic: 'shellyplusi4-1/events/rpc', never: ['button', 'sos'] as const },
    ...{
      payload: { method: 'NotifyEvent', params: { events: [{ component: 'input:0', event: 'config_changed' }] } },
      means: [{ kind: 'heartbeat' }],
    },
  },
  {
    ...{ family: 'shelly', what: 'two presses in one message', topic: 'shellyplusi4-1/events/rpc' },
    payload: {
      method: 'NotifyEvent',
      params: {
        events: [
          { component: 'input:0', event: 'long_push' },
          { component: 'input:1', event: 'single_push' },
        ],
      },
    },
    means: [
      { kind: 'button', value: 'long' },
      { kind: 'button', value: 'single' },
    ],
  },
  {
    ...{ family: 'shelly', what: 'smoke under its own prefix', topic: 'shellyplussmoke-e0/status/smoke:0', base: 'shellyplussmoke-e0' },
    ...{ payload: { id: 0, alarm: true }, means: [{ kind: 'smoke', active: true, deviceKey: '' }] },
  },
]

const tasmota: readonly Said[] = [
  {
    ...{ family: 'tasmota', what: 'a held button', topic: 'stat/hall/RESULT', payload: { Button2: { Action: 'HOLD' } } },
    means: [{ kind: 'button', value: 'hold', numbers: { button: 2 } }],
  },
  {
    ...{
      family: 'tasmota',
      what: 'a pendant of 433 MHz',
      topic: 'tele/hall/RESULT',
      payload: { RfReceived: { Data: '0x7028D2', Bits: 24 } },
    },
    means: [{ kind: 'button', value: 'rf', deviceKey: '0x7028d2' }],
  },
  {
    ...{ family: 'tasmota', what: 'a message cut short', topic: 'tele/hall/SENSOR' },
    ...{
      payload: '{"ZbReceived":{"Bath":{"Device":"0x8F20","Water":1,"LinkQuality":80}}',
      means: [{ kind: 'water-leak', active: true, deviceKey: '0x8F20' }],
    },
  },
  {
    ...{ family: 'tasmota', what: 'nobody in front of a radar', topic: 'tele/hall/SENSOR', payload: { LD2410: { Distance: [0, 0, 0] } } },
    means: [{ kind: 'presence', active: false }],
  },
  {
    ...{ family: 'tasmota', what: 'gone', topic: 'tele/hall/LWT', payload: 'Offline', retain: true },
    means: [{ kind: 'availability', active: false, origin: 'last-will' }],
  },
]

const keepers: readonly Said[] = [
  {
    ...{ family: 'esphome', what: 'a fall', topic: 'radar-1/binary_sensor/falling_information/state', payload: 'ON', retain: true },
    means: [{ kind: 'fall', active: true }],
  },
  {
    ...{
      family: 'esphome',
      what: 'somebody who was there before we listened',
      topic: 'radar-1/binary_sensor/person_information/state',
      payload: 'ON',
    },
    ...{ retain: true, means: [{ kind: 'presence', active: true, origin: 'replay' as const }] },
  },
  {
    ...{
      family: 'home-assistant',
      what: 'a value with its quotes',
      topic: 'homeassistant/binary_sensor/hall_motion/state',
      payload: '"on"',
    },
    means: [{ kind: 'motion', active: true, deviceKey: 'binary_sensor.hall_motion' }],
  },
  {
    ...{
      family: 'home-assistant',
      what: 'what cannot be seen',
      topic: 'homeassistant/binary_sensor/bath_smoke/state',
      payload: '"unavailable"',
    },
    ...{ means: [{ kind: 'availability' as const, active: false, origin: 'synthetic' as const }], never: ['smoke'] as const },
  },
  {
    ...{ family: 'home-assistant', what: 'a press', topic: 'home/bell/state', payload: { event_type: 'press' } },
    means: [{ kind: 'button', value: 'press', deviceKey: 'home/bell' }],
  },
  {
    ...{ family: 'home-assistant', what: 'a description', topic: 'homeassistant/event/0x1/action/config' },
    ...{
      payload: { dev: { ids: ['0x1'], mf: 'Heiman', mdl: 'HS1EB' }, stat_t: 'zigbee2mqtt/x' },
      means: [],
      never: ['sos', 'button'] as const,
    },
  },
  {
    ...{ family: 'homie', what: 'a lost device', topic: 'homie/5/hall/$state', payload: 'lost', retain: true },
    means: [{ kind: 'availability', active: false, deviceKey: 'hall' }],
  },
  {
    ...{ family: 'homie', what: 'an event of version 4', topic: 'homie/hall/button/press', payload: 'single' },
    means: [{ kind: 'button', value: 'single', deviceKey: 'hall' }],
  },
]

const bluetooth: readonly Said[] = [
  {
    ...{ family: 'bluetooth', what: 'a long press in bytes', topic: 'x/bthome/bc:02:6e:aa:bb:cc', payload: hex('44002a01643a04') },
    means: [
      { kind: 'button', value: 'long_press', deviceKey: 'BC026EAABBCC' },
      { kind: 'battery', value: 100 },
    ],
  },
  {
    ...{ family: 'bluetooth', what: 'what is encrypted', topic: 'x/bthome/bc026eaabbcc', payload: hex('41aabbccddeeff') },
    ...{ means: [{ kind: 'heartbeat' as const }], never: ['button', 'sos'] as const },
  },
  {
    ...{ family: 'bluetooth', what: 'a hold, as the gateway prints it', topic: 'home/TheengsGateway/BTtoMQTT/BC026EAABBCC' },
    ...{ payload: { model_id: 'SBBT-002C', packet: 32, batt: 90, button: 11 }, means: [{ kind: 'button' as const, value: 'hold_press' }] },
  },
  {
    ...{
      family: 'bluetooth',
      what: 'a pendant of 433 MHz',
      topic: 'home/OpenMQTTGateway/433toMQTT',
      payload: { value: 7349458, protocol: 1 },
    },
    means: [{ kind: 'button', value: 'rf', deviceKey: 'rf-7349458' }],
  },
]

const thingModel: readonly Said[] = [
  {
    ...{ family: 'thing-model', what: 'a call over Alink', topic: '/sys/pk1/dev1/thing/event/sos/post' },
    ...{
      payload: { id: '7', params: { value: { key: 1 }, time: 1795312799000 } },
      means: [{ kind: 'sos' as const, active: true, deviceKey: 'dev1' }],
    },
  },
  {
    ...{ family: 'thing-model', what: 'degrees of a fall', topic: '/sys/pk1/dev1/thing/event/property/post' },
    ...{ payload: { id: 8, params: { fallStatus: { value: 2 }, heartRateValue: 71 } } },
    means: [
      { kind: 'fall', active: true },
      { kind: 'vitals', numbers: { 'heart-rate': 71 } },
    ],
  },
  {
    ...{
      family: 'thing-model',
      what: 'words heard by a terminal',
      topic: '$sys/p/t1/thing/property/post',
      payload: { id: '1', params: { desc: { value: '救我' } } },
    },
    means: [{ kind: 'sos', active: true, deviceKey: 't1' }],
  },
  {
    ...{ family: 'thing-model', what: 'a smoke detector at Huawei', topic: '$oc/devices/d1/sys/properties/report' },
    ...{ payload: { services: [{ service_id: 'smokeDetector', properties: { alarm: 0 }, event_time: '20261122T015959Z' }] } },
    means: [{ kind: 'smoke', active: false }],
  },
  {
    ...{ family: 'thing-model', what: 'an SOS button of Tuya', topic: 'tylink/d1/thing/property/report' },
    ...{ payload: { msgId: 'm', data: { sos_state: { value: true }, battery_percentage: { value: 88 } } } },
    means: [
      { kind: 'sos', active: true },
      { kind: 'battery', value: 88 },
    ],
  },
  {
    ...{ family: 'thing-model', what: 'a quiet SOS button', topic: 'tylink/d1/thing/property/report' },
    ...{ payload: { msgId: 'm', data: { sos_state: { value: false } } }, means: [{ kind: 'heartbeat' as const }], never: ['sos'] as const },
  },
  {
    ...{ family: 'thing-model', what: 'low power at Tencent', topic: '$thing/up/event/P1/d1' },
    payload: { method: 'event_post', clientToken: 'c', eventId: 'low_voltage_low_power', params: { Percent: 12 } },
    means: [{ kind: 'battery', active: true, value: 12 }],
  },
]

const others: readonly Said[] = [
  {
    ...{ family: 'traccar', what: 'a call', topic: 'events' },
    payload: { event: { id: 5, type: 'alarm', attributes: { alarm: 'sos,lowBattery' } }, device: { uniqueId: '861585043200862' } },
    means: [
      { kind: 'sos', active: true, deviceKey: '861585043200862', pressId: 'event-5' },
      { kind: 'battery', active: true },
    ],
  },
  {
    ...{ family: 'traccar', what: 'a fence', topic: 'events', never: ['sos', 'fall'] as const },
    ...{
      payload: { event: { type: 'alarm', attributes: { alarm: 'geofenceExit' }, deviceId: 4 } },
      means: [{ kind: 'heartbeat' as const, deviceKey: 'traccar-4' }],
    },
  },
  {
    ...{
      family: 'watch',
      what: 'a call',
      topic: 'dtu',
      payload: '[3G*6907919734*003E*AL,170525,214118,A,22.5,N,113.8,E,0,0,0,0,0,22,0,0,00010000,0]',
    },
    means: [
      { kind: 'sos', active: true, deviceKey: '6907919734', numbers: { latitude: 22.5, longitude: 113.8 } },
      { kind: 'battery', value: 22 },
    ],
  },
  {
    ...{ family: 'watch', what: 'a call whose reason is unreadable', topic: 'dtu', payload: '[3G*6907919734*0008*AL,17]' },
    means: [{ kind: 'sos', active: true, unreadable: true }],
  },
  {
    ...{
      family: 'watch',
      what: 'a frame of which a bit fell over',
      topic: 'dtu',
      payload: hex('787826161709130f3a2dcc02c55f2a089f9af9005c210901360481fe066d9b03413e420102035f93fe0d0a'),
    },
    ...{ means: [], never: ['sos'] as const },
  },
  {
    ...{ family: 'ctwing', what: 'smoke', topic: 'in/ctwing' },
    ...{ payload: { messageType: 'dataReport', IMEI: '86', payload: { serviceData: { TData: 30, Alarm_Status: 1, Battery_Level: 77 } } } },
    means: [
      { kind: 'smoke', active: true, deviceKey: '86' },
      { kind: 'battery', value: 77 },
    ],
  },
  {
    ...{ family: 'generic', what: 'a SenML pack', topic: 'senml', payload: [{ bn: 'urn:dev:ow:10e2:', n: 'temp', u: 'Cel', v: 23.1 }] },
    means: [{ kind: 'environment', numbers: { temperature: 23.1 }, deviceKey: 'urn:dev:ow:10e2' }],
  },
]

export const saidByDevices: readonly Said[] = [...lorawan, ...shelly, ...tasmota, ...keepers, ...bluetooth, ...thingModel, ...others]

export const bytesOf = ({ payload }: Said): Uint8Array =>
  payload instanceof Uint8Array ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
