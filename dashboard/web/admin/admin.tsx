/** The lists behind the wall: places, people, devices, users, and the messages that could not be read. */
import '../style/admin.css'
import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { route } from '../shared/route.ts'
import { OtherLanguage } from '../shared/ui.tsx'
import { AuditPart } from './audit.tsx'
import { BoardPage } from './board.tsx'
import { DutyPage } from './duty/page.tsx'
import { EnrolmentPage } from './enrolment.tsx'
import { DevicePage } from './enrolment-device.tsx'
import { ListPage } from './list.tsx'
import { isClosed, Menu } from './menu.tsx'
import { PlansPage } from './plans.tsx'
import { ProfilesPage } from './profiles.tsx'
import { QuarantinePage } from './quarantine.tsx'
import { ReportsPage } from './reports.tsx'
import { ResidentPage } from './resident.tsx'
import { csvTables } from './rows.ts'
import { ConnectPage, SettingsPage } from './settings.tsx'
import { SitePlanPage } from './site-plan.tsx'
import { UsersPage } from './users.tsx'

export function AdminPage() {
  const t = words.value.admin
  const [here = '', part = ''] = (route.value.replace(/^\/admin\/?/, '') || 'residents').split('/')
  useEffect(() => {
    document.title = `${words.value.product} · ${words.value.admin.title}`
  })
  return (
    <div class="paper admin with-menu">
      <header>
        <h1>
          {words.value.product} <span>{t.title}</span>
        </h1>
        <a href="#/">{t.back}</a>
        <OtherLanguage />
      </header>
      <Menu here={here} />
      <main>
        <Page here={here} part={decodeURIComponent(part)} />
      </main>
    </div>
  )
}

function Page({ here, part }: { here: string; part: string }) {
  const rows = useSignal<DirectoryRows | null>(null)
  const trouble = useSignal('')
  useEffect(() => void fetchRows(rows, trouble), [rows, trouble])
  const fetch = () => void fetchRows(rows, trouble)
  if (isClosed(here)) return <p class="refusal">{refusalText({ code: 'not-allowed', message: '' })}</p>
  if (here === 'audit') return <AuditPart />
  if (here === 'settings') return <SettingsPage />
  if (here === 'board') return <BoardPage />
  if (here === 'quarantine') return <QuarantinePage rows={rows.value} onChanged={fetch} />
  if (here === 'profiles') return <ProfilesPage />
  if (here === 'reports') return <ReportsPage />
  return (
    <>
      {trouble.value !== '' && <p class="refusal">{trouble.value}</p>}
      {rows.value && <PageOverRows here={here} part={part} rows={rows.value} onChanged={fetch} />}
      {!rows.value && trouble.value === '' && <p class="dim">{words.value.admin.loading}</p>}
    </>
  )
}

type OverRows = { here: string; part: string; rows: DirectoryRows; onChanged: () => void }

/** Pages whose forms begin with what is registered: they open once it is known, so that no form starts with an empty choice. */
function PageOverRows({ here, part, rows, onChanged }: OverRows) {
  if (here === 'users') return <UsersPage sites={rows.sites} />
  if (here === 'duty') return <DutyPage sites={rows.sites} />
  if (here === 'connect') return <ConnectPage sites={rows.sites} />
  if (here === 'new-devices') return <EnrolmentPage rows={rows} onChanged={onChanged} />
  if (here === 'maps') return <SitePlanPage rows={rows} />
  if (here === 'plans') return <PlansPage rows={rows} />
  if (here === 'residents' && part !== '') return <ResidentPage id={part} rows={rows} onChanged={onChanged} />
  if (here === 'devices' && part !== '') return <DevicePage id={part} rows={rows} onChanged={onChanged} />
  const table = csvTables.find((name): name is CsvTable => name === here) ?? 'homes'
  return <ListPage key={table} table={table} rows={rows} onChanged={onChanged} />
}

async function fetchRows(rows: Signal<DirectoryRows | null>, trouble: Signal<string>): Promise<void> {
  const answer = await api.rows()
  if (answer.ok) rows.value = answer.value
  trouble.value = answer.ok ? '' : refusalText(answer.refused)
}
