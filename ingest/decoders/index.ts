/** The one list of decoders: a new family is one file and one line here. */
import type { Family } from '../../domain/device.ts'
import type { Decoder } from './decoder.ts'
import { openNative } from './native.ts'
import { openZigbee2mqtt } from './zigbee2mqtt.ts'

/** Opens every decoder, each with a memory of its own. */
export const openDecoders = (): Readonly<Record<Family, Decoder>> => ({
  native: openNative(),
  zigbee2mqtt: openZigbee2mqtt(),
})
