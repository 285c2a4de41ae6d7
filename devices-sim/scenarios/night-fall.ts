/** At night: out of bed, into the bathroom, a fall, and then the pendant, twice. Afterwards nobody moves. */
import { seconds } from '../../domain/time.ts'
import type { Scenario } from './stage.ts'

export const nightFall: Scenario = {
  name: 'night-fall',
  about: 'up at night, a fall in the bathroom, two presses, then silence',
  run({ fleet, cast, after, tell }) {
    const index = cast('fall-detector') ?? cast('sos-button')
    if (index === null) return
    const home = fleet.home(index)
    const moves = (
      role: 'motion' | 'bed' | 'fall-detector',
      kind: 'motion' | 'bed' | 'fall',
      body: Record<string, string | number | boolean>,
    ) => {
      const device = role === 'motion' ? (home.home.devices.find(({ id }) => id.startsWith('bathroom'))?.id ?? null) : home.deviceOf(role)
      if (device) home.publish(device, kind, body)
    }
    home.still()
    moves('bed', 'bed', { occupied: false })
    after(seconds(2), () => moves('motion', 'motion', { active: true }))
    after(seconds(5), () => {
      moves('fall-detector', 'fall', { level: 'possible', id: 1 })
      tell(`home ${index}: a fall in the bathroom at night`)
    })
    after(seconds(8), () => void home.press())
    after(seconds(20), () => {
      home.press()
      tell(`home ${index}: pressed again, nobody moves`)
    })
  },
}
