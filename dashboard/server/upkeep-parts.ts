/** What the dashboard is given for the centre's upkeep: cases of broken devices, and what its admins set up. */
import type { ResidentFileStore, TroubleStore, WebhookStore } from '../../store/store.ts'

export type UpkeepParts = {
  troubles: TroubleStore
  residentFile: ResidentFileStore
  webhooks: WebhookStore
}
