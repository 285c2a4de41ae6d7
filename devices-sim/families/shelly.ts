/** A Shelly of the second generation with buttons on its inputs, and three battery Shellys of the first under one prefix. */
import { type Deed, isOpen, type Moment, type SimFamily, said } from './family.ts'

const own = 'shellyplusi4-a8032ab1c2d3'

function gen2(deed: Deed, moment: Moment) {
  const ts = moment.at / 1_000
  const told = (events: readonly object[]) =>
    said(`${own}/events/rpc`, { src: own, dst: `${own}/events`, method: 'NotifyEvent', params: { ts, events } })
  switch (deed) {
    case 'join':
      return [said(`${own}/online`, 'true', true), told([{ component: 'input:0', event: 'config_changed', restart_required: false, ts }])]
    case 'press':
      return [told([{ component: 'input:0', id: 0, event: 'single_push', ts }])]
    default:
      return []
  }
}

const keys = { press: 'shellybutton1-A4CF12F45174', motion: 'shellymotionsensor-60A423', door: 'shellydw2-73B4F2' }

function gen1(deed: Deed, moment: Moment) {
  switch (deed) {
    case 'join':
      return Object.values(keys).map((id) =>
        said('shellies/announce', { id, model: id.split('-')[0], mac: 'A4CF12F45174', fw_ver: '20230913' }),
      )
    case 'press':
      return [said(`shellies/${keys.press}/input_event/0`, { event: 'S', event_cnt: moment.turn })]
    case 'battery':
      return [said(`shellies/${keys.press}/sensor/battery`, '85')]
    case 'motion':
      return [
        said(`shellies/${keys.motion}/status`, {
          ...{ motion: true, timestamp: Math.floor(moment.at / 1_000), active: true, vibration: false, lux: 70, bat: 67 },
        }),
      ]
    case 'door':
      return [said(`shellies/${keys.door}/sensor/state`, isOpen(moment) ? 'open' : 'close')]
  }
}

export const shelly: SimFamily = { name: 'shelly', family: 'shelly', base: own, keys: { press: '' }, say: gen2 }
export const shelly1: SimFamily = { name: 'shelly1', family: 'shelly', base: 'shellies', keys, say: gen1 }
