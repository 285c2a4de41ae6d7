/** Every family that can be played, one line each. */
import { theengs } from './bluetooth.ts'
import type { SimFamily } from './family.ts'
import { esphome, homeAssistant } from './home-assistant.ts'
import { homie } from './homie.ts'
import { chirpstack, tts } from './lorawan.ts'
import { shelly, shelly1 } from './shelly.ts'
import { tasmota } from './tasmota.ts'
import { alink } from './thing-model.ts'
import { traccar } from './traccar.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

export const simFamilies: readonly SimFamily[] = [
  ...[zigbee2mqtt, chirpstack, tts, shelly, shelly1, tasmota, homeAssistant, esphome, alink, traccar, theengs, homie],
]
