/** Who has the card of an alarm open at this moment: two people at one case must know of each other before both telephone. In memory only. */
import { seconds } from '../../domain/time.ts'

/** An open card is fetched again every 8 seconds. */
const presentFor = seconds(20)
const alarmsMost = 5_000

/** A fresh memory. Notes that this person looks, and returns the names of the others who do. `elapsed` is milliseconds that only grow. */
export function openPresence(): (alarmId: string, person: { id: string; displayName: string }, elapsed: number) => readonly string[] {
  const looking = new Map<string, Map<string, { name: string; at: number }>>()
  return (alarmId, { id, displayName }, elapsed) => {
    const here = looking.get(alarmId) ?? new Map<string, { name: string; at: number }>()
    for (const [who, { at }] of here) if (elapsed - at > presentFor) here.delete(who)
    here.set(id, { name: displayName, at: elapsed })
    looking.delete(alarmId)
    looking.set(alarmId, here)
    if (looking.size > alarmsMost) looking.delete(looking.keys().next().value ?? '')
    return [...here].filter(([who]) => who !== id).map(([, { name }]) => name)
  }
}
