/** A GPS watch behind Traccar, which forwards its alarms over HTTP. */
import { type Deed, iso, type Moment, type SimFamily, said } from './family.ts'

const imei = '861585043200862'

function say(deed: Deed, moment: Moment) {
  const device = { id: 12, name: 'watch', uniqueId: imei, status: 'online', lastUpdate: iso(moment) }
  const event = (type: string, attributes: object) =>
    said('events', {
      event: { id: moment.turn + (moment.at % 1_000_000_000), type, eventTime: iso(moment), deviceId: 12, attributes },
      device,
    })
  switch (deed) {
    case 'join':
      return [event('deviceOnline', {})]
    case 'press':
      return [event('alarm', { alarm: 'sos' })]
    case 'battery':
      return [event('alarm', { alarm: 'lowBattery' })]
    default:
      return []
  }
}

export const traccar: SimFamily = { name: 'traccar', family: 'traccar', base: '', keys: { press: imei }, post: 'traccar', say }
