/** Messages as devices of each family send them, with what they mean: for the contract test, and bent and broken for the hostile one. */
import { saidOverLorawan } from './lorawan.fixture.ts'
import { hex, type Said } from './said.fixture.ts'

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

export const saidByDevices: readonly Said[] = [
  ...saidOverLorawan,
  ...shelly,
  ...tasmota,
  ...keepers,
  ...bluetooth,
  ...thingModel,
  ...others,
]

export { bytesOf, type Said } from './said.fixture.ts'
