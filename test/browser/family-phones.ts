/** Relatives' telephones for a browser test: the elder's consent, a link from the centre, and a browser window as small as a phone. */
import { createECDH, randomBytes } from 'node:crypto'
import type { APIRequestContext, CDPSession, Page } from 'playwright-core'
import type { Me } from '../../dashboard/contracts.ts'
import type { Invitation } from '../../dashboard/contracts-family.ts'
import type { DirectoryRows } from '../../store/store.ts'
import type { Home, Stage, Window } from './stage.ts'

export const small = { width: 390, height: 844 }
const patience = { timeout: 30_000 }

export type Centre = {
  residentOf(home: Home): string
  /** Who may be invited about the elder of this home. */
  contactsOf(home: Home): readonly { id: string; name: string; phone: string }[]
  /** With the consent written down; resolves with the link. */
  invite(home: Home, contactId: string): Promise<string>
  withdraw(home: Home, contactId: string): Promise<void>
  /** Writes down that whoever lives near agreed to be called by her relatives. */
  share(home: Home, contactId: string): Promise<void>
  /** What somebody at the desk does to an alarm. */
  act(alarmId: string, what: string, body: object): Promise<void>
}

export async function openCentre({ window, victim: { origin } }: Stage): Promise<Centre> {
  const { context } = await window()
  const ask: APIRequestContext = context.request
  const { csrfToken }: Me = await (await ask.get(`${origin}/api/me`)).json()
  const rows: DirectoryRows = await (await ask.get(`${origin}/api/rows`)).json()
  const headers = { origin, 'x-csrf-token': csrfToken }
  const residentOf = (home: Home) => rows.devices.find(({ id }) => id === home.button)?.residentId ?? ''
  const path = (home: Home, contactId: string) => `${origin}/api/residents/${residentOf(home)}/family/${contactId}`
  const must = async (answer: Awaited<ReturnType<APIRequestContext['post']>>) => {
    if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`)
    return answer
  }
  return {
    residentOf,
    contactsOf: (home) => rows.contacts.filter(({ residentId }) => residentId === residentOf(home)),
    async invite(home, contactId) {
      await must(await ask.put(`${path(home, contactId)}/consent`, { headers, data: { how: 'spoken' } }))
      const answer = await must(await ask.post(`${path(home, contactId)}/invitations`, { headers, data: {} }))
      return ((await answer.json()) as Invitation).url
    },
    async withdraw(home, contactId) {
      await must(await ask.delete(`${path(home, contactId)}/consent`, { headers }))
    },
    async share(home, contactId) {
      await must(await ask.put(`${path(home, contactId)}/shared`, { headers, data: {} }))
    },
    async act(alarmId, what, data) {
      await must(await ask.post(`${origin}/api/alarms/${encodeURIComponent(alarmId)}/${what}`, { headers, data }))
    },
  }
}

/** Opens the link on a new telephone and joins. */
export async function join(stage: Stage, url: string, options: { language?: 'zh' | 'en' } = {}): Promise<Window> {
  const phone = await stage.window({ ...options, size: small, signedIn: false })
  await phone.context.grantPermissions(['notifications'])
  await phone.page.goto(url)
  await phone.page.locator('form button[type=submit]').click()
  await phone.page.locator('.done').waitFor(patience)
  await phone.page.locator('a.b[href="#/"]').click()
  await phone.page.locator('.hero').waitFor(patience)
  return phone
}

/** Gives the browser a push service that exists nowhere: a real one cannot be asked from here. Call before the page is opened anew. */
export async function inventPushService(page: Page): Promise<void> {
  const ecdh = createECDH('prime256v1')
  const keys = { p256dh: ecdh.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') }
  const subscription = { endpoint: `https://push.invalid/${randomBytes(8).toString('hex')}`, keys }
  await page.addInitScript({
    content: `{
      const made = { toJSON: () => (${JSON.stringify(subscription)}), unsubscribe: async () => { sessionStorage.removeItem('push'); return true } }
      PushManager.prototype.subscribe = async () => { sessionStorage.setItem('push', '1'); return made }
      PushManager.prototype.getSubscription = async () => sessionStorage.getItem('push') ? made : null
    }`,
  })
}

/** What a push service does: hands a message to the service worker, by the browser's own debugging protocol. */
export async function openPushes({ context, page }: Window, origin: string): Promise<(message: object) => Promise<void>> {
  const session: CDPSession = await context.newCDPSession(page)
  const found = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/family` && !isDeleted)
      if (ours) resolve(ours.registrationId)
    })
  })
  await session.send('ServiceWorker.enable')
  const registrationId = await found
  return async (message) => {
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(message) })
  }
}
