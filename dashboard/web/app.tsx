/** Which page: the gate, the wall, or (loaded when asked for) the administration, one's own account, and the pages of technician and auditor. */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Deed } from '../deeds.ts'
import { Gate } from './gate/gate.tsx'
import { route } from './shared/route.ts'
import { gate, me } from './shared/session.ts'
import { Wall } from './wall/wall.tsx'

export function App() {
  if (gate.value === 'asking') return null
  if (gate.value !== 'open') return <Gate />
  if (me.value?.mustAddFactor || route.value.startsWith('/account')) return <Later key="account" load={account} />
  if (me.value?.role === 'auditor') return <Later key="audit" load={audit} />
  if (hasNoPlace()) return <Later key="nowhere" load={nowhere} />
  if ((route.value.startsWith('/technician') && may('enrol-devices')) || isTechnician()) return <Later key="technician" load={technician} />
  if (/^\/cockpit|^\/wall\?(.*&)?mode=show/.test(route.value)) return <Later key="cockpit" load={cockpit} />
  return route.value.startsWith('/admin') && may('read-directory') ? <Later key="admin" load={admin} /> : <Wall />
}

const may = (deed: Deed): boolean => me.value?.deeds.includes(deed) ?? false
/** The server names no zone for whoever works nowhere. An admin begins with a platform that has no site. */
const hasNoPlace = (): boolean => me.value?.timeZone === '' && !may('edit-sites')
/** Whoever may enrol devices and not watch the wall has nothing to do elsewhere. */
const isTechnician = (): boolean => me.value?.role === 'technician'

const admin = async (): Promise<ComponentType> => (await import('./admin/admin.tsx')).AdminPage
const account = async (): Promise<ComponentType> => (await import('./admin/account.tsx')).AccountPage
const audit = async (): Promise<ComponentType> => (await import('./admin/audit.tsx')).AuditorPage
const nowhere = async (): Promise<ComponentType> => (await import('./gate/nowhere.tsx')).NowherePage
const cockpit = async (): Promise<ComponentType> => (await import('./cockpit/cockpit.tsx')).CockpitPage
const technician = async (): Promise<ComponentType> => (await import('./technician/technician.tsx')).TechnicianPage

function Later({ load }: { load: () => Promise<ComponentType> }) {
  const page = useSignal<ComponentType | null>(null)
  useEffect(() => {
    void load().then((component) => {
      page.value = component
    })
  }, [page, load])
  const Page = page.value
  return Page ? <Page /> : null
}
