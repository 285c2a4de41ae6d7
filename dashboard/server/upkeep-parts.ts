/** What the dashboard is given for the centre's upkeep: cases of broken devices, people's files, and what its admins set up. */
import type { Webhook, WebhookDelivery } from '../../domain/webhooks.ts'
import type { ApiKeyStore, MapStore, ResidentFileStore, TroubleStore, WebhookStore } from '../../store/store.ts'
import type { SettingRow } from '../contracts-upkeep.ts'

export type UpkeepParts = {
  apiKeys: ApiKeyStore
  maps: MapStore
  residentFile: ResidentFileStore
  troubles: TroubleStore
  webhooks: WebhookStore
  /** What the platform runs with; absent: nobody is told. */
  settingRows?: () => readonly SettingRow[]
  /** How a webhook is tried; absent: none are set up here. */
  trials?: {
    /** Why this address cannot be used, in a sentence; null: it can. */
    addressProblem(url: string): string | null
    /** Sends one trial and says what came of it. */
    tryWebhook(webhook: Webhook): Promise<WebhookDelivery>
  }
}
