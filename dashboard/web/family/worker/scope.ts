/** What a service worker is given, as far as ours uses it: TypeScript's own description cannot stand beside that of a page. */

export type Extendable = Event & { waitUntil(work: Promise<unknown>): void }
export type FetchNews = Extendable & { request: Request; respondWith(answer: Promise<Response>): void }
export type PushNews = Extendable & { data: { json(): unknown } | null }
export type ClickNews = Extendable & { notification: Notification; action: string }
export type MessageNews = Extendable & { data: unknown }

export type Window = { url: string; focused: boolean; focus(): Promise<unknown>; postMessage(message: unknown): void }

/** More than the page's own notifications may have. */
export type ShownNotification = NotificationOptions & {
  renotify?: boolean
  vibrate?: readonly number[]
  timestamp?: number
}

export type Scope = {
  location: { origin: string }
  registration: { showNotification(title: string, options: ShownNotification): Promise<void>; scope: string }
  clients: {
    claim(): Promise<void>
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Window[]>
    openWindow(url: string): Promise<unknown>
  }
  skipWaiting(): Promise<void>
  addEventListener(kind: 'install' | 'activate' | 'pushsubscriptionchange', listener: (news: Extendable) => void): void
  addEventListener(kind: 'fetch', listener: (news: FetchNews) => void): void
  addEventListener(kind: 'push', listener: (news: PushNews) => void): void
  addEventListener(kind: 'notificationclick', listener: (news: ClickNews) => void): void
  addEventListener(kind: 'message', listener: (news: MessageNews) => void): void
}
