/** Somebody leans on the pendant, hears it speak, and asks to call it off. The alarm must stay until a person has talked with her. */
import { seconds } from '../../domain/time.ts'
import type { Scenario } from './stage.ts'

export const falsePress: Scenario = {
  name: 'false-press',
  about: 'a press by mistake, called off eight seconds later',
  run({ fleet, cast, after, tell }) {
    const home = cast('sos-button')
    if (home === null) return
    const pressId = fleet.press(home)
    tell(`home ${home}: a press by mistake`)
    after(seconds(8), () => {
      fleet.home(home).cancel(pressId)
      tell(`home ${home}: asked to call it off`)
    })
  },
}
