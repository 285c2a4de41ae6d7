/** The monthly test: four people press their test button, the fifth never does. Whoever reads the list sees which button nobody knows to work. */
import { seconds } from '../../domain/time.ts'
import type { Scenario } from './stage.ts'

export const untestedButton: Scenario = {
  name: 'untested-button',
  about: 'the monthly button test, with one button that is never tested',
  run({ fleet, cast, after, tell }) {
    for (const turn of [0, 1, 2, 3]) {
      const index = cast('sos-button')
      if (index === null) return
      after(seconds(turn * 3), () => {
        fleet.test(index)
        tell(`home ${index}: button tested`)
      })
    }
    const silent = cast('sos-button')
    if (silent !== null) tell(`home ${silent}: button never tested`)
  },
}
