/** The one list of decoders: a new family is one file and one line here. */
import type { Family } from '../../domain/device.ts'
import type { Profile } from '../mapping.ts'
import { openBluetooth } from './bluetooth.ts'
import { openCtwing } from './ctwing.ts'
import type { Decoder } from './decoder.ts'
import { openEsphome } from './esphome.ts'
import { openGeneric } from './generic.ts'
import { openHomeAssistant } from './home-assistant.ts'
import { openHomie } from './homie.ts'
import { openLorawan } from './lorawan.ts'
import { openNative } from './native.ts'
import { openShelly } from './shelly.ts'
import { openTasmota } from './tasmota.ts'
import { openThingModel } from './thing-model.ts'
import { openTraccar } from './traccar.ts'
import { openWatch } from './watch.ts'
import { openZigbee2mqtt } from './zigbee2mqtt.ts'

/** Opens every decoder, each with a memory of its own. `profiles`: the mapping profiles in force. */
export const openDecoders = (profiles: () => readonly Profile[] = () => []): Readonly<Record<Family, Decoder>> => ({
  native: openNative(),
  zigbee2mqtt: openZigbee2mqtt(),
  lorawan: openLorawan(),
  shelly: openShelly(),
  tasmota: openTasmota(),
  'home-assistant': openHomeAssistant(),
  esphome: openEsphome(),
  homie: openHomie(),
  bluetooth: openBluetooth(),
  'thing-model': openThingModel(),
  ctwing: openCtwing(),
  traccar: openTraccar(),
  watch: openWatch(),
  generic: openGeneric(profiles),
})
