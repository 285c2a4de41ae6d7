/** A pendant whose battery runs down, reported again and again until somebody changes it. */
import { minutes, seconds } from '../../domain/time.ts'
import type { Scenario } from './stage.ts'

export const lowBattery: Scenario = {
  name: 'low-battery',
  about: 'a pendant at 15, 14, 12 percent, changed after five minutes',
  run({ fleet, cast, after, tell }) {
    const index = cast('sos-button')
    if (index === null) return
    const home = fleet.home(index)
    const pendant = home.deviceOf('sos-button')
    if (!pendant) return
    const report = (percent: number) => home.publish(pendant, 'battery', { percent })
    for (const [turn, percent] of [15, 14, 12].entries()) after(seconds(turn * 20), () => report(percent))
    tell(`home ${index}: the pendant's battery is low`)
    after(minutes(5), () => {
      report(100)
      tell(`home ${index}: the pendant has a new battery`)
    })
  },
}
