/** One list: filter, export, import with a look before it is done, rows added, changed and removed by form. */
import { type Signal, useSignal } from '@preact/signals'
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { go } from '../shared/route.ts'
import { me } from '../shared/session.ts'
import { TableHead } from '../shared/table-head.tsx'
import { Field } from '../shared/ui.tsx'
import { FamilyDialog } from './family.tsx'
import { familyWords } from './family-words.ts'
import { fileWords } from './file-words.ts'
import { Import } from './import.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { RowDialog } from './row-dialog.tsx'
import { filtered, type Table, tableOf } from './rows.ts'
import { TokenDialog } from './token.tsx'

const shownMost = 500

type Deed = 'edit' | 'remove' | 'token' | 'family'
type Open = { deed: Deed; id: string } | { deed: 'add' } | null
type Props = { table: CsvTable; rows: DirectoryRows; onChanged: () => void }

export function ListPage({ table, rows, onChanged }: Props) {
  const t = words.value.admin
  const typed = useSignal('')
  const open = useSignal<Open>(null)
  const all = tableOf(table, rows, words.value)
  const found = filtered(all, typed.value)
  const mayAdd = table !== 'sites' || me.value?.role === 'admin'
  const add = () => {
    if (table === 'residents') go('/admin/residents/new')
    else open.value = { deed: 'add' }
  }
  return (
    <>
      <div class="tools">
        <h2>{t.tables[table]}</h2>
        <Field
          label={t.filter}
          type="search"
          value={typed.value}
          onText={(text) => {
            typed.value = text
          }}
        />
        <p class="dim" role="status">
          {t.rows(found.length, all.rows.length)}
        </p>
        {mayAdd && (
          <button type="button" class="button primary" onClick={add}>
            {fileWords.value.add[table]}
          </button>
        )}
        <a class="button" href={`${api.exportPath(table)}?labels=${language.value}`} download={`${table}.csv`}>
          {t.export}
        </a>
      </div>
      {mayAdd && <Import table={table} onDone={onChanged} />}
      <Rows table={all} rows={found.slice(0, shownMost)} deeds={deedsOf(table, open)} />
      {found.length > shownMost && <p class="dim">{t.firstRows(shownMost)}</p>}
      {open.value && <Window table={table} rows={rows} open={open} onChanged={onChanged} />}
    </>
  )
}

type RowDeed = { name: string; act: (id: string) => void }

function deedsOf(table: CsvTable, open: Signal<Open>): readonly RowDeed[] {
  const f = fileWords.value
  const opening = (deed: Deed, name: string): RowDeed => ({
    name,
    act: (id) => {
      open.value = { deed, id }
    },
  })
  if (table === 'residents')
    return [
      { name: f.open, act: (id) => go(`/admin/residents/${encodeURIComponent(id)}`) },
      opening('family', familyWords.value.open),
      opening('remove', f.remove),
    ]
  const device: RowDeed = { name: f.open, act: (id) => go(`/admin/devices/${encodeURIComponent(id)}`) }
  const token = table === 'devices' ? [device, opening('token', words.value.admin.token)] : []
  const remove = table !== 'sites' || me.value?.role === 'admin' ? [opening('remove', f.remove)] : []
  return [opening('edit', f.edit), ...token, ...remove]
}

function Window({ table, rows, open, onChanged }: Props & { open: Signal<Open> }) {
  const now = open.value
  const close = () => {
    open.value = null
  }
  const changed = () => {
    close()
    onChanged()
  }
  if (!now) return null
  if (now.deed === 'add') return <RowDialog table={table} rows={rows} id={null} onClose={close} onKept={changed} />
  const { deed, id } = now
  if (deed === 'edit') return <RowDialog table={table} rows={rows} id={id} onClose={close} onKept={changed} />
  if (deed === 'token') return <TokenDialog id={id} onClose={close} />
  const name = nameIn(table, rows, id)
  if (deed === 'family') return <FamilyDialog residentId={id} name={name} onClose={close} />
  return <RemoveDialog table={table} id={id} name={name} rows={rows} onClose={close} onGone={changed} />
}

export function nameIn(table: CsvTable, rows: DirectoryRows, id: string): string {
  const list: readonly { id: string; name?: string }[] = rows[table]
  return list.find((row) => row.id === id)?.name ?? id
}

/** A number in two lines is dialled wrongly, and a name is read at one look. */
const kindOf: Readonly<Record<string, string>> = { phone: 'nowrap', person: 'name', resident: 'name' }

function Rows({ table, rows, deeds }: { table: Table; rows: Table['rows']; deeds: readonly RowDeed[] }) {
  const t = words.value.admin
  if (rows.length === 0) return <p class="dim">{t.none}</p>
  return (
    <table>
      <TableHead columns={table.columns.map((column) => t.columns[column])} acts={fileWords.value.edit} />
      <tbody>
        {rows.map(({ id, cells }) => (
          <tr key={id}>
            {cells.map((cell, index) => (
              <td key={table.columns[index]} class={kindOf[table.columns[index] ?? '']}>
                {cell}
              </td>
            ))}
            <td>
              <div class="row-deeds">
                {deeds.map(({ name, act }) => (
                  <button key={name} type="button" class="button small" aria-label={`${name} ${id}`} onClick={() => act(id)}>
                    {name}
                  </button>
                ))}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
