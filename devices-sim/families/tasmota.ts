/** A Tasmota RF bridge: pendants of 433 MHz, which have no battery report and no sign of life, and the bridge's own telemetry. */
import { type Deed, type Moment, type SimFamily, said } from './family.ts'

const pendant = '0x7028d2'
const pir = '0x6f620e'

function say(deed: Deed, moment: Moment) {
  const uptime = { UptimeSec: moment.turn * 300, Wifi: { Signal: -61 } }
  const radio = (code: string) => said('tele/hall/RESULT', { RfReceived: { Data: code, Bits: 24, Protocol: 1, Pulse: 320 } })
  switch (deed) {
    case 'join':
      return [said('tele/hall/LWT', 'Online', true), said('tele/hall/STATE', uptime)]
    case 'press':
      // As such pendants do: three times within a moment.
      return [radio('0x7028D2'), radio('0x7028D2'), radio('0x7028D2')]
    case 'motion':
      return [radio('0x6F620E')]
    default:
      return []
  }
}

export const tasmota: SimFamily = { name: 'tasmota', family: 'tasmota', base: 'tele', keys: { press: pendant, motion: pir }, say }
