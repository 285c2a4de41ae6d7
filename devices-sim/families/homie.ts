/** A Homie 5 controller with a button, a motion sensor and a door. */
import { type Deed, isOpen, type Moment, type SimFamily, said } from './family.ts'

const keys = { press: 'sos-button', motion: 'hall-motion', door: 'front-door' }

function say(deed: Deed, moment: Moment) {
  /** Values are kept on the broker; what is not kept is an event. */
  const value = (place: string, text: string, retain = true) => said(`homie/5/${place}`, text, retain)
  switch (deed) {
    case 'join':
      return Object.values(keys).map((id) => value(`${id}/$state`, 'ready'))
    case 'press':
      return [value(`${keys.press}/button/press`, 'single', false)]
    case 'motion':
      return [value(`${keys.motion}/sensor/motion`, 'false'), value(`${keys.motion}/sensor/motion`, 'true')]
    case 'door':
      return [value(`${keys.door}/sensor/contact`, isOpen(moment) ? 'true' : 'false')]
    default:
      return []
  }
}

export const homie: SimFamily = { name: 'homie', family: 'homie', base: 'homie', keys, say }
