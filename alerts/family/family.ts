/** Relatives beside the alarms: what the dashboard needs to let them see and be reached, and the daily message. */
import type { FamilyStore } from '../../domain/family.ts'
import type { ReachStore } from '../../store/store.ts'
import { type DailyNeeds, startDailyMessages } from './daily-messages.ts'
import { type MessagesNeeds, openFamilyMail } from './messages.ts'

export type FamilyNeeds = Omit<MessagesNeeds, 'reach'> &
  Omit<DailyNeeds, 'reach' | 'mail' | 'family'> & { family: FamilyStore; reach: ReachStore; vapid: { publicKey: string } }

export function startFamily(needs: FamilyNeeds) {
  const { family, reach, vapid, channels } = needs
  const messages = openFamilyMail({ ...needs, reach: reach.reach })
  const daily = startDailyMessages({ ...needs, reach: reach.reach, mail: messages })
  const pushKey = channels.some(({ name }) => name === 'push') ? vapid.publicKey : ''
  return { parts: { family, reach, pushKey, messages }, daily, stop: daily.stop }
}
