/** Something burns on the stove: smoke that goes on for a while and then clears. */
import { seconds } from '../../domain/time.ts'
import type { Scenario } from './stage.ts'

export const smoke: Scenario = {
  name: 'smoke',
  about: 'smoke in a kitchen for a minute and a half',
  run({ fleet, cast, after, tell }) {
    const index = cast('smoke')
    if (index === null) return
    const home = fleet.home(index)
    const detector = home.deviceOf('smoke')
    if (!detector) return
    for (const wait of [0, 30, 60]) after(seconds(wait), () => home.publish(detector, 'smoke', { active: true, id: wait }))
    tell(`home ${index}: smoke in the kitchen`)
    after(seconds(90), () => {
      home.publish(detector, 'smoke', { active: false })
      tell(`home ${index}: the smoke has cleared`)
    })
  },
}
