/** Which page: the gate, the wall, or (loaded when asked for) the administration. */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Gate } from './gate/gate.tsx'
import { route } from './shared/route.ts'
import { gate } from './shared/session.ts'
import { Wall } from './wall/wall.tsx'

export function App() {
  if (gate.value === 'asking') return null
  if (gate.value !== 'open') return <Gate />
  return route.value.startsWith('/admin') ? <Admin /> : <Wall />
}

function Admin() {
  const page = useSignal<ComponentType | null>(null)
  useEffect(() => {
    void import('./admin/admin.tsx').then((module) => {
      page.value = module.AdminPage
    })
  }, [page])
  const Page = page.value
  return Page ? <Page /> : null
}
