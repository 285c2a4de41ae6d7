/** The service worker of the family's page: opens it without a network, and shows what is pushed, also when the page is closed. */
import type { ClickNews, PushNews, Scope, ShownNotification, Window } from './scope.ts'
import { fromShelf, isShell, keepShell } from './shell.ts'

/** As alerts/channels/push.ts sends it. */
type PushMessage = { id: string; alarmId: string; title: string; body: string; link: string; urgent: boolean; language: 'zh' | 'en' }

const scope = self as unknown as Scope

scope.addEventListener('install', (news) => {
  news.waitUntil(keepShell().then(() => scope.skipWaiting()))
})
scope.addEventListener('activate', (news) => {
  news.waitUntil(scope.clients.claim())
})
scope.addEventListener('fetch', (news) => {
  if (isShell(news.request, scope.location.origin)) news.respondWith(fromShelf(news.request))
})
scope.addEventListener('message', (news) => {
  const { data } = news
  // The page was opened: the next time it shall be the newest one. Without a network the old one stays.
  if (data && typeof data === 'object' && 'kind' in data && data.kind === 'keep') news.waitUntil(keepShell().catch(() => {}))
})
scope.addEventListener('push', (news) => news.waitUntil(show(news)))
scope.addEventListener('notificationclick', (news) => news.waitUntil(open(news)))
scope.addEventListener('pushsubscriptionchange', (news) => news.waitUntil(subscribeAgain()))

/** Every push is shown, even one that cannot be read: browsers take the permission away from those who stay silent. */
async function show(news: PushNews): Promise<void> {
  const message = read(news)
  await scope.registration.showNotification(message.title, shownOf(message))
  await Promise.all([receipt(message.id), tell({ kind: 'pushed', alarmId: message.alarmId })])
}

const unreadable: PushMessage = {
  ...{ id: '', alarmId: '', link: '/family', urgent: false, language: 'zh' },
  title: '安铃 Anling',
  body: '有新消息，请打开看看。There is news, please open the page.',
}

function read({ data }: PushNews): PushMessage {
  try {
    const said = data?.json()
    return said && typeof said === 'object' ? { ...unreadable, ...said } : unreadable
  } catch {
    return unreadable
  }
}

function shownOf({ id, alarmId, body, link, urgent, language }: PushMessage): ShownNotification {
  return {
    body,
    lang: language === 'en' ? 'en' : 'zh-CN',
    icon: '/family/icon-192.png',
    badge: '/family/badge-96.png',
    // One alarm is one notification, which calls again each time.
    tag: alarmId || id || 'anling',
    renotify: true,
    requireInteraction: urgent,
    ...(urgent ? { vibrate: [400, 150, 400, 150, 400, 600, 400, 150, 400, 150, 400] } : {}),
    data: { to: alarmId === '' ? behindHash(link) : `/alarm/${encodeURIComponent(alarmId)}` },
  }
}

/** Where a link leads inside the page; links to elsewhere lead to its first screen. */
function behindHash(link: string): string {
  try {
    const url = new URL(link, scope.location.origin)
    return url.origin === scope.location.origin && url.pathname.startsWith('/family') ? url.hash.slice(1) || '/' : '/'
  } catch {
    return '/'
  }
}

/** Tells the platform that the phone has it. A receipt that does not get through is only a receipt. */
async function receipt(id: string): Promise<void> {
  if (id === '') return
  const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id }) }
  for (let tries = 0; tries < 2; tries += 1) {
    const answer = await fetch('/api/family/push/received', options).catch(() => null)
    if (answer && answer.status < 500) return
  }
}

const windows = (): Promise<readonly Window[]> => scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
const isOurs = ({ url }: Window): boolean => new URL(url).pathname.startsWith('/family')

async function tell(message: object): Promise<void> {
  for (const window of (await windows()).filter(isOurs)) window.postMessage(message)
}

/** A touch leads to the alarm: in the page that is open, else in a new one. */
async function open({ notification }: ClickNews): Promise<void> {
  const { to = '/' } = (notification.data ?? {}) as { to?: string }
  notification.close()
  const page = (await windows()).find(isOurs)
  if (!page) return void (await scope.clients.openWindow(`/family#${to}`))
  page.postMessage({ go: to })
  await page.focus().catch(() => {})
}

/** The browser changed its subscription by itself: the platform must hear of the new one, though the page is closed. */
async function subscribeAgain(): Promise<void> {
  const answer = await fetch('/api/family/me')
  if (!answer.ok) return
  const { csrfToken, pushKey } = (await answer.json()) as { csrfToken: string; pushKey: string }
  const registration = scope.registration as unknown as ServiceWorkerRegistration
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: pushKey })
  await fetch('/api/family/push', {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
    body: JSON.stringify(subscription),
  })
}
