/** Broken buttons at the desk: how many are open and how many are beyond their two hours; the list behind it is loaded when somebody asks. */
import { signal, useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { TroubleRow } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { every } from '../shared/clock.ts'
import { language } from '../shared/i18n/i18n.ts'
import { part } from '../shared/part.ts'

const lookAgainMs = 60_000
const open = signal<readonly TroubleRow[]>([])

const text = (all: number, late: number): string => {
  if (language.value === 'zh') return late > 0 ? `故障单 ${all} 张，其中 ${late} 张已超过两小时` : `故障单 ${all} 张`
  const said = `${all} broken ${all === 1 ? 'device' : 'devices'}`
  return late > 0 ? `${said}, ${late} beyond two hours` : said
}

async function lookForTroubles(): Promise<void> {
  const answer = await request<readonly TroubleRow[]>('GET', '/api/troubles')
  if (answer.ok) open.value = answer.value
}

type ListProps = { rows: readonly TroubleRow[]; onChanged: () => void; onClose: () => void }

/** Nothing at all while no device is broken. */
export function TroublesButton() {
  const list = useSignal<ComponentType<ListProps> | null>(null)
  useEffect(() => {
    void lookForTroubles()
    return every(lookAgainMs, () => void lookForTroubles())
  }, [])
  const rows = open.value
  if (rows.length === 0 && list.value === null) return null
  const late = rows.filter(({ overdue }) => overdue).length
  const List = list.value
  return (
    <>
      <button
        type="button"
        class={late > 0 ? 'link troubles late' : 'link troubles'}
        onClick={() =>
          void part(() => import('./troubles-list.tsx')).then((module) => {
            if (module) list.value = module.TroublesList
          })
        }
      >
        {text(rows.length, late)}
      </button>
      {List && (
        <List
          rows={rows}
          onChanged={() => void lookForTroubles()}
          onClose={() => {
            list.value = null
            void lookForTroubles()
          }}
        />
      )}
    </>
  )
}
