/** 管理菜单 · The way to every page of the administration, in four groups; only what this person may open. */

import { computed } from '@preact/signals'
import { dutyWords } from '../shared/i18n/duty.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { auditWords } from './audit-words.ts'
import { boardWords } from './board-words.ts'
import { connectWords } from './connect-words.ts'
import { enrolmentWords } from './enrolment-words.ts'
import { profileWords } from './profiles-words.ts'
import { reportWords } from './reports-words.ts'
import { sitePlanWords } from './site-plan-words.ts'
import { staffWords } from './staff-words.ts'

const zh = { people: '人和家', devices: '设备', service: '服务', platform: '平台' }
const en: typeof zh = { people: 'People and homes', devices: 'Devices', service: 'Service', platform: 'Platform' }
const groupWords = computed(() => (language.value === 'zh' ? zh : en))

/** A place, what it is called, and whether this person may open it. */
type Entry = readonly [name: string, label: string, open?: boolean]

/** The menu as it stands for this person, group after group. */
function groups(): readonly (readonly [name: keyof typeof zh, entries: readonly Entry[]])[] {
  const { admin, planning } = words.value
  const may = (deed: string): boolean => (me.value?.deeds as readonly string[] | undefined)?.includes(deed) ?? false
  return [
    ['people', (['residents', 'contacts', 'homes', 'sites'] as const).map((name) => [name, admin.tables[name]] as const)],
    [
      'devices',
      [
        ['devices', admin.tables.devices],
        ['board', boardWords.value.title],
        ['new-devices', enrolmentWords.value.title],
        ['quarantine', admin.quarantine],
        ['profiles', profileWords.value.title, me.value?.role === 'admin'],
      ],
    ],
    [
      'service',
      [
        ['plans', planning.title],
        ['maps', sitePlanWords.value.title],
        ['duty', dutyWords.value.title],
        ['reports', reportWords.value.title],
      ],
    ],
    [
      'platform',
      [
        ['users', staffWords.value.title, may('manage-users')],
        ['connect', connectWords.value.title, may('edit-settings')],
        ['settings', connectWords.value.settings, may('edit-settings')],
        ['audit', auditWords.value.title, may('read-audit')],
      ],
    ],
  ]
}

/** A page that is there, and not for this person: it is not begun, since the server would refuse all of it. */
export const isClosed = (here: string): boolean => groups().some(([, all]) => all.some(([name, , open = true]) => name === here && !open))

export function Menu({ here }: { here: string }) {
  return (
    <nav aria-label={words.value.admin.title}>
      {groups().map(([name, entries]) => (
        <MenuGroup key={name} label={groupWords.value[name]} entries={entries.filter(([, , open = true]) => open)} here={here} />
      ))}
    </nav>
  )
}

function MenuGroup({ label, entries, here }: { label: string; entries: readonly Entry[]; here: string }) {
  if (entries.length === 0) return null
  return (
    <section aria-label={label}>
      <h2>{label}</h2>
      {entries.map(([name, title]) => (
        <a key={name} href={`#/admin/${name}`} aria-current={here === name ? 'page' : undefined}>
          {title}
        </a>
      ))}
    </section>
  )
}
