/** What main gives to let Home Assistants listen: their store, and how a login is made. */
import type { HomeAssistantStore } from '../../domain/home-assistant.ts'

export type HomeAssistantParts = {
  links: HomeAssistantStore
  /** A fresh id, its token (shown once) and the hash that is kept. */
  newLogin: () => { id: string; token: string; tokenHash: Uint8Array }
  /** A fresh name for topics. */
  newKey: () => string
  /** Of Home Assistant's discovery, as its own setting must say. */
  prefix: string
}
