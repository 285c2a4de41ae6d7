/** Notifications of this telephone: whether it can have them, the browser's permission, and the service worker that shows them. */
import { signal } from '@preact/signals'
import { ask } from './ask.ts'
import { refresh } from './live.ts'
import { go } from './route.ts'
import { loadMe, me } from './state.ts'

/** `unable`: this browser has no push · `denied`: the person said no to the browser · `asleep`: could be switched on · `on`. */
export type Ability = 'unable' | 'denied' | 'asleep' | 'on'
export const ability = signal<Ability>('asleep')

const worker = (): Promise<ServiceWorkerRegistration> | null =>
  'serviceWorker' in navigator
    ? navigator.serviceWorker.getRegistration('/family').then((found) => found ?? navigator.serviceWorker.ready)
    : null

export const canPush = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

/** Installs the service worker: the page then opens without a network, and pushes can arrive. */
export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    ability.value = 'unable'
    return
  }
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => hear(data))
  try {
    const registration = await navigator.serviceWorker.register('/family-sw.js', { scope: '/family' })
    ;(registration.active ?? registration.waiting)?.postMessage({ kind: 'keep' })
  } catch {
    // A page over plain http, or a browser that is locked down: everything but notifications and offline start works.
    ability.value = 'unable'
  }
}

/** The service worker says: a push came, or somebody touched one. */
function hear(data: unknown): void {
  if (!data || typeof data !== 'object') return
  if ('go' in data && typeof data.go === 'string') go(data.go)
  void refresh()
}

/** Looks what stands, and tells the server of a subscription that it does not know (any more). */
export async function lookAtPush(): Promise<void> {
  if (!canPush()) {
    ability.value = 'unable'
    return
  }
  if (Notification.permission === 'denied') {
    ability.value = 'denied'
    return
  }
  const subscription = await (await worker())?.pushManager.getSubscription()
  ability.value = subscription ? 'on' : 'asleep'
  if (subscription) await report(subscription)
}

/** Asks for permission and subscribes. Must be called by a tap. */
export async function switchOn(): Promise<'on' | 'denied' | 'failed'> {
  if ((await Notification.requestPermission()) !== 'granted') {
    ability.value = 'denied'
    return 'denied'
  }
  try {
    const registration = await worker()
    if (!me.value) await loadMe()
    const key = me.value?.pushKey ?? ''
    if (!registration || key === '') return 'failed'
    const old = await registration.pushManager.getSubscription()
    // A dead one is given again by the browser unless it is ended first.
    await old?.unsubscribe()
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) })
    if (!(await report(subscription))) return 'failed'
    ability.value = 'on'
    return 'on'
  } catch {
    return 'failed'
  }
}

export async function switchOff(): Promise<void> {
  const subscription = await (await worker())?.pushManager.getSubscription()
  await subscription?.unsubscribe()
  await ask.pushOff()
  ability.value = 'asleep'
  await refresh()
}

async function report(subscription: PushSubscription): Promise<boolean> {
  const { endpoint, keys } = subscription.toJSON()
  if (!endpoint || !keys?.p256dh || !keys.auth) return false
  const answer = await ask.push({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } })
  if (answer.ok) await refresh()
  return answer.ok
}

/** Base64url to bytes, as `applicationServerKey` was wanted by browsers of 2020. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}
