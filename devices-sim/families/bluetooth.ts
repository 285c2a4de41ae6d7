/** A Theengs gateway that hears three Shelly BLU devices, each packet twice, as air does. */
import { type Deed, isOpen, type Moment, type SimFamily, said } from './family.ts'

const keys = { press: 'BC026EAABBCC', motion: 'BC026EAABBCD', door: 'BC026EAABBCE' }

function say(deed: Deed, { turn, at }: Moment) {
  const heard = (key: string, model_id: string, more: object) => {
    const id = key.match(/../g)?.join(':')
    const topic = `home/TheengsGateway/BTtoMQTT/${key}`
    const body = { id, rssi: -60 - (turn % 9), brand: 'Shelly', model_id, packet: turn % 256, batt: 90, ...more }
    return [said(topic, body), said(topic, { ...body, rssi: -75 })]
  }
  switch (deed) {
    case 'join':
      return [said('home/TheengsGateway/LWT', 'online', true)]
    case 'press':
      return heard(keys.press, 'SBBT-002C', { button: 1 })
    case 'motion':
      return heard(keys.motion, 'SBMO-003Z', { motion: true, lux: 12 })
    case 'door':
      return heard(keys.door, 'SBDW-002C', { open: isOpen({ turn, at }) })
    default:
      return []
  }
}

export const theengs: SimFamily = { name: 'theengs', family: 'bluetooth', base: 'home/TheengsGateway', keys, say }
