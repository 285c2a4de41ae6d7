/** Removes one row, and says before what goes along with it and what stands in its way. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable } from '../../contracts.ts'
import type { Takes } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { fileWords } from './file-words.ts'

type Props = { table: CsvTable; id: string; name: string; rows: DirectoryRows; onClose: () => void; onGone: () => void }

export function RemoveDialog({ table, id, name, rows, onClose, onGone }: Props) {
  const t = fileWords.value
  const takes = useSignal<Takes | null>(null)
  const trouble = useSignal('')
  const path = `/api/rows/${table}/${encodeURIComponent(id)}`
  useEffect(() => {
    void request<Takes>('GET', `${path}/takes`).then((answer) => {
      if (answer.ok) takes.value = answer.value
      else trouble.value = refusalText(answer.refused)
    })
  }, [path])
  const first = takes.value ? counted(takes.value.first) : []
  // Only devices stand in a resident's way: they can be set free here.
  const mayFree = table === 'residents' && first.length > 0
  const remove = async () => {
    const problem = (mayFree ? await freeDevices(rows, id) : '') || (await removed(path))
    if (problem === '') onGone()
    else trouble.value = problem
  }
  return (
    <Modal title={t.removeTitle(name)} onClose={onClose}>
      {takes.value && (
        <>
          <List title={t.removeWith} none={t.removeNothing} items={counted(takes.value.with)} />
          {first.length > 0 && <List title={t.removeFirst} none="" items={first} />}
          <p>{t.removeStays}</p>
        </>
      )}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.cancel}
        </button>
        {takes.value && (first.length === 0 || mayFree) && (
          <button type="button" class="button danger" onClick={() => void remove()}>
            {mayFree ? t.removeDevices : t.remove}
          </button>
        )}
      </div>
    </Modal>
  )
}

function List({ title, none, items }: { title: string; none: string; items: readonly string[] }) {
  if (items.length === 0) return <p>{none}</p>
  return (
    <>
      <p>{title}</p>
      <ul>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </>
  )
}

type Counted = keyof (typeof fileWords)['value']['counted']
const counted = (counts: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(counts).flatMap(([name, n]) => (n > 0 ? [fileWords.value.counted[name as Counted](n)] : []))

async function removed(path: string): Promise<string> {
  const answer = await request<null>('DELETE', path)
  return answer.ok ? '' : refusalText(answer.refused)
}

/** Their site keeps them, for the next person. */
async function freeDevices({ devices }: DirectoryRows, residentId: string): Promise<string> {
  for (const device of devices.filter((each) => each.residentId === residentId)) {
    const { id, ...row } = device
    const answer = await request('PUT', `/api/rows/devices/${encodeURIComponent(id)}`, { ...row, residentId: null })
    if (!answer.ok) return refusalText(answer.refused)
  }
  return ''
}
