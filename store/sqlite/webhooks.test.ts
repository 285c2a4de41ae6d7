/** Webhooks on a real disk: who is told what outlives a restart, and the list of deliveries does not grow for ever. */
import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import { deliveriesKept, type Webhook, type WebhookDelivery } from '../../domain/webhooks.ts'
import { openDatabase } from './database.ts'
import { openWebhooks } from './webhooks.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

const bureau: Webhook = {
  ...{ id: 'w1', name: '一网统管', url: 'https://city.example/in', secret: 'whsec_x', siteIds: 'all', enabled: true },
  ...{ kinds: ['alarm-raised', 'alarm-resolved'], madeAt: instant(1_000) },
}
const delivery = (number: number): WebhookDelivery => ({
  ...{ webhookId: 'w1', at: instant(number), eventId: `e${number}`, kind: 'alarm-raised', outcome: 'delivered', status: 204, why: '' },
  tookMs: 12,
})

test('webhooks outlive a restart, keep the newest deliveries, and take them along when they go', async () => {
  const dataDir = await temporaryFolder()
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const first = openDatabase(needsOf(dataDir))
  const store = openWebhooks(first)
  await store.put(bureau, { at: instant(1_000), userId: 'root', action: 'put-webhook', subjectId: 'w1', detail: '' })
  await store.put({ ...bureau, siteIds: ['a'], enabled: false, madeAt: instant(9_000) })
  for (let number = 1; number <= deliveriesKept + 3; number += 1) await store.logDelivery(delivery(number))
  await store.logDelivery({ ...delivery(1), webhookId: 'gone' })
  first.close()

  const second = openDatabase(needsOf(dataDir))
  onTestFinished(second.close)
  const again = openWebhooks(second)
  expect(await again.list()).toEqual([{ ...bureau, siteIds: ['a'], enabled: false }])
  const kept = await again.deliveries('w1', 1_000)
  expect(kept).toHaveLength(deliveriesKept)
  expect(kept[0]).toEqual(delivery(deliveriesKept + 3))
  expect(await again.deliveries('gone', 10)).toEqual([])
  expect(await again.remove('w1')).toBe(true)
  expect(await again.remove('w1')).toBe(false)
  expect(await again.deliveries('w1', 10)).toEqual([])
})
