/** The daily safe-and-well message on Today: when it comes, and the way to change it. Asked once per elder and visit. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { FamilyReach } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { timeText } from '../time.ts'
import { words } from '../words/words.ts'

export const reaches = signal<Readonly<Record<string, FamilyReach>>>({})
export const learnReach = (reach: FamilyReach): void => {
  reaches.value = { ...reaches.value, [reach.residentId]: reach }
}
export async function loadReach(residentId: string): Promise<boolean> {
  const answer = await ask.reach(residentId)
  if (answer.ok) learnReach(answer.value)
  return answer.ok
}

export function DailyCard({ residentId }: { residentId: string }) {
  useEffect(() => {
    if (!reaches.value[residentId]) void loadReach(residentId)
  }, [residentId])
  const reach = reaches.value[residentId]
  if (!reach) return null
  const { today: said } = words.value
  return (
    <a class="card said link" href="#/settings/daily">
      <h2>{said.daily}</h2>
      <p>{reach.dailyAt === null ? said.dailyNever : said.dailyAt(timeText(reach.dailyAt))}</p>
    </a>
  )
}
