/** A Home Assistant that tells its states, and an ESPHome board of its own. */
import { type Deed, isOpen, iso, type Moment, type SimFamily, said } from './family.ts'

const keys = { press: 'event.sos_button', motion: 'binary_sensor.hall_motion', door: 'binary_sensor.front_door' }

function statestream(deed: Deed, moment: Moment) {
  const topic = (key: string) => `homeassistant/${key.replace('.', '/')}/state`
  switch (deed) {
    case 'join':
      // It keeps all states on the broker and tells them anew after a start: none of them is news.
      return [
        said(topic(keys.motion), '"off"', true),
        said(topic(keys.door), '"off"', true),
        said(topic(keys.press), '"2026-01-01T00:00:00.000+00:00"', true),
      ]
    case 'press':
      return [said(topic(keys.press), JSON.stringify(iso(moment)))]
    case 'motion':
      return [said(topic(keys.motion), '"off"'), said(topic(keys.motion), '"on"')]
    case 'door':
      return [said(topic(keys.door), isOpen(moment) ? '"on"' : '"off"')]
    default:
      return []
  }
}

const board = 'radar-302'

function esp(deed: Deed, moment: Moment) {
  const state = (name: string, value: string) => said(`${board}/binary_sensor/${name}/state`, value, true)
  switch (deed) {
    case 'join':
      return [said(`${board}/status`, 'online', true), state('sos_button', 'OFF'), state('motion', 'OFF')]
    case 'press':
      return [state('sos_button', 'ON'), state('sos_button', 'OFF')]
    case 'motion':
      return [state('motion', 'ON'), state('motion', 'OFF')]
    case 'door':
      return [state('door', isOpen(moment) ? 'ON' : 'OFF')]
    default:
      return []
  }
}

export const homeAssistant: SimFamily = {
  ...{ name: 'home-assistant', family: 'home-assistant', base: 'homeassistant', keys },
  say: statestream,
}
export const esphome: SimFamily = { name: 'esphome', family: 'esphome', base: board, keys: { press: '', motion: '', door: '' }, say: esp }
