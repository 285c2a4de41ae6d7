/** The electricity of a building goes. Some terminals have a battery and say so; the others are simply gone. One person in the dark presses. */
import { minutes } from '../../domain/time.ts'
import type { Scenario } from './stage.ts'

/** One terminal in three has a battery and a mobile line of its own. */
const withBattery = 1 / 3

export const powerCut: Scenario = {
  name: 'power-cut',
  about: 'a building without electricity for six minutes, and a press in the middle of it',
  run({ fleet, random, cast, after, tell }) {
    const first = cast('sos-button')
    if (first === null) return
    const building = fleet.home(first).home.building
    const dark: number[] = []
    let alight = 0
    for (let index = 0; index < fleet.size; index += 1) {
      const home = fleet.home(index)
      if (home.home.building !== building) continue
      if (index === first || random.chance(withBattery)) {
        home.publish(home.home.terminal.id, 'power', { mains: false })
        alight += 1
      } else {
        home.link.down()
        dark.push(index)
      }
    }
    tell(`power cut in one building: ${dark.length} terminals gone, ${alight} on their battery`)
    after(minutes(4), () => {
      fleet.press(first)
      tell(`home ${first}: a press in the dark building`)
    })
    after(minutes(6), () => {
      for (const index of dark) fleet.home(index).link.up()
      for (let index = 0; index < fleet.size; index += 1) {
        const home = fleet.home(index)
        if (home.home.building === building) home.publish(home.home.terminal.id, 'power', { mains: true })
      }
      tell('the electricity is back')
    })
  },
}
