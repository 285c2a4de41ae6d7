/** A Zigbee2MQTT bridge with a Heiman button, a motion sensor and a door contact. */
import { type Deed, isOpen, iso, type Moment, type SimFamily, said } from './family.ts'

const button = '0x00158d0000a1b2c3'
const motion = '0x00158d0000a1b2c4'
const door = '0x00158d0000a1b2c5'

const node = (address: string, [vendor, model, description]: readonly [string, string, string], exposes: readonly object[]) => ({
  ...{ ieee_address: address, friendly_name: address, type: 'EndDevice', supported: true, power_source: 'Battery' },
  ...{ interview_completed: true, software_build_id: '2.4.1', definition: { vendor, model, description, exposes } },
})
const devices = [
  { ieee_address: '0x00124b0000000001', friendly_name: 'Coordinator', type: 'Coordinator', supported: true, definition: null },
  node(
    button,
    ['HEIMAN', 'HS1EB/HS1EB-E', 'Smart emergency button'],
    [{ type: 'enum', name: 'action', property: 'action', values: ['off', 'single', 'double', 'hold'] }],
  ),
  node(motion, ['Aqara', 'RTCGQ11LM', 'Motion sensor'], [{ type: 'binary', name: 'occupancy', property: 'occupancy' }]),
  node(door, ['Aqara', 'MCCGQ11LM', 'Door and window sensor'], [{ type: 'binary', name: 'contact', property: 'contact' }]),
]

function say(deed: Deed, moment: Moment) {
  const common = { linkquality: 80 + (moment.turn % 60), last_seen: iso(moment) }
  switch (deed) {
    case 'join':
      return [
        said('zigbee2mqtt/bridge/state', { state: 'online' }, true),
        said('zigbee2mqtt/bridge/event', { type: 'device_joined', data: { friendly_name: button, ieee_address: button } }),
        said('zigbee2mqtt/bridge/devices', devices, true),
      ]
    case 'press':
      return [said(`zigbee2mqtt/${button}`, { action: 'single', battery: 98, ...common })]
    case 'motion':
      return [said(`zigbee2mqtt/${motion}`, { occupancy: true, battery: 91, ...common })]
    case 'door':
      // In Zigbee2MQTT true means closed.
      return [said(`zigbee2mqtt/${door}`, { contact: !isOpen(moment), battery: 87, ...common })]
    case 'battery':
      return [said(`zigbee2mqtt/${button}`, { battery: 97, ...common })]
  }
}

export const zigbee2mqtt: SimFamily = {
  ...{ name: 'zigbee2mqtt', family: 'zigbee2mqtt', base: 'zigbee2mqtt', keys: { press: button, motion, door } },
  say,
}
