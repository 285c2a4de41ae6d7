/** Takes providers' receipts, and notices the provider that says yes and does nothing. */
import { type Log, sentenceOf } from '../../domain/log.ts'
import { before, type Clock, type Instant, minutes } from '../../domain/time.ts'
import type { ReachStore } from '../../store/store.ts'
import type { openChannelHealth } from './channel-health.ts'
import { type ReceiptRequest, type ReceiptSecrets, receiptOf } from './receipts.ts'

export type ReceiptDeskNeeds = {
  reach: Pick<ReachStore, 'recordReceipts' | 'unconfirmed'>
  health: Pick<ReturnType<typeof openChannelHealth>, 'note'>
  secrets: ReceiptSecrets
  clock: Clock
  log: Log
}

export type ReceiptDesk = {
  /** What the provider is to be answered. Throws what the store throws: then answer 503, and the provider reports again. */
  take(request: ReceiptRequest): Promise<{ status: 200 | 400 | 403 | 404; body: string }>
  stop(): void
}

const lookEvery = minutes(1)
/** A receipt that is later than this is no receipt; what is older than that was noticed before. */
const lateAfter = minutes(2)
const noticedWithin = minutes(10)
const lateMost = 200

const statusOf = { forged: 403, unreadable: 400, 'unknown-provider': 404 } as const

export function startReceiptDesk(needs: ReceiptDeskNeeds): ReceiptDesk {
  const { reach, health, secrets, clock, log } = needs
  /** Since when the provider of a channel is known to report: its silence says something only of what was sent after that. */
  const reporting = new Map<string, Instant>()
  const noticed = new Set<string>()

  const look = async () => {
    const now = clock.now()
    const open = await reach.unconfirmed({ from: before(now, noticedWithin), to: before(now, lateAfter), limit: lateMost })
    for (const { channel, reference, state, sentAt } of open) {
      if (state !== null || sentAt < (reporting.get(channel) ?? now) || noticed.has(reference)) continue
      noticed.add(reference)
      health.note(channel, { outcome: 'retry', why: 'The provider took a message and reported nothing.' })
    }
    if (noticed.size > lateMost * 10) noticed.clear()
  }
  const stop = clock.every(lookEvery, () => {
    look().catch((error: unknown) => log('warn', `Receipts could not be looked at: ${sentenceOf(error)}`))
  })
  return {
    async take(request) {
      const received = receiptOf(request, secrets)
      if (!received.ok) return { status: statusOf[received.why], body: '' }
      await reach.recordReceipts(received.receipts)
      for (const { channel, state } of received.receipts) {
        reporting.set(channel, reporting.get(channel) ?? clock.now())
        // A telephone that is off says nothing about the channel; one that was reached says that it works.
        if (state === 'reached') health.note(channel, { outcome: 'delivered', why: '' })
      }
      return { status: 200, body: received.answer }
    },
    stop,
  }
}
