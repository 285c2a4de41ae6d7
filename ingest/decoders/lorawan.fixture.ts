/** Messages of LoRaWAN devices as both network servers hand them on, with what they mean. */
import type { Signal } from '../../domain/signal.ts'
import type { Said } from './said.fixture.ts'

const chirpstack = (profile: string, fPort: number, bytes: string) => ({
  deduplicationId: 'd-1',
  time: '2026-11-22T01:59:59.5Z',
  deviceInfo: { deviceProfileName: profile, deviceName: 'bath' },
  fPort,
  data: Buffer.from(bytes, 'hex').toString('base64'),
  rxInfo: [{ rssi: -97 }, { rssi: -81 }],
})
const up = 'application/7/device/24E124AABBCCDD01/event/up'
const lora = (what: string, [profile, port, bytes]: [string, number, string], means: Said['means']): Said => ({
  ...{ family: 'lorawan', what, topic: up, payload: chirpstack(profile, port, bytes), means },
})
const butNever = (said: Said, ...never: Signal['kind'][]): Said => ({ ...said, never })

export const saidOverLorawan: readonly Said[] = [
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
  butNever(lora('water', ['WS303', 85, '030001'], [{ kind: 'water-leak', active: true }]), 'contact', 'motion'),
  lora('gas', ['GS101', 85, '058e01'], [{ kind: 'gas', active: true }]),
  lora(
    'a fall, by state and by number',
    ['VS373', 85, '03f8040010002000' + '06fb0700000101'],
    [{ kind: 'fall', active: true, level: 'confirmed' }],
  ),
  butNever(lora('the end of an alarm', ['VS373', 85, '06fb0700000201'], [{ kind: 'heartbeat' }]), 'fall'),
  butNever(lora('somebody in bed', ['VS373', 85, '03f8020010002000'], [{ kind: 'bed', active: true }]), 'fall'),
  lora('a leak of long ago', ['EM300-SLD', 85, '20ce80e6ff6800ff7801'], [{ kind: 'water-leak', active: true, origin: 'historic' }]),
  lora('an emergency button', ['Netvox R312A', 6, '014d011e01000000000000'], [{ kind: 'button', value: 'press' }]),
  butNever(lora('a start of an emergency button', ['Netvox R312A', 6, '014d00640b201907180000'], [{ kind: 'heartbeat' }]), 'sos', 'button'),
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
