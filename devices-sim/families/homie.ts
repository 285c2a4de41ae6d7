/** A Homie 5 controller with a button, a motion sensor and a door. */
import { type Deed, isOpen, type Moment, type SimFamily, said } from './family.ts'

const keys = { press: 'sos-button', motion: 'hall-motion', door: 'front-door' }

function say(deed: Deed, moment: Moment) {
  const value = (device: string, property: string, text: string, retain: boolean) => said(`homie/5/${device}/${property}`, text, retain)
  switch (deed) {
    case 'join':
      return Object.values(keys).map((id) => value(id, '$state', 'ready', true))
    case 'press':
      return [value(keys.press, 'button/press', 'single', false)]
    case 'motion':
      return [value(keys.motion, 'sensor/motion', 'false', true), value(keys.motion, 'sensor/motion', 'true', true)]
    case 'door':
      return [value(keys.door, 'sensor/contact', isOpen(moment) ? 'true' : 'false', true)]
    default:
      return []
  }
}

export const homie: SimFamily = { name: 'homie', family: 'homie', base: 'homie', keys, say }
