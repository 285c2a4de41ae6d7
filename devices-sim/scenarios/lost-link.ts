/** The line breaks; she presses all the same. When the line is back the press arrives, late and marked with its age. */
import { seconds } from '../../domain/time.ts'
import type { Scenario } from './stage.ts'

export const lostLink: Scenario = {
  name: 'lost-link',
  about: 'the line breaks for 40 s, and in the middle of it somebody presses',
  run({ fleet, cast, after, tell }) {
    const index = cast('sos-button')
    if (index === null) return
    const home = fleet.home(index)
    home.link.down()
    tell(`home ${index}: the line is broken`)
    after(seconds(15), () => {
      home.press()
      tell(`home ${index}: pressed without a line`)
    })
    after(seconds(40), () => {
      home.link.up()
      tell(`home ${index}: the line is back`)
    })
  },
}
