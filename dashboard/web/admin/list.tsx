/** One list: filter, export, import with its errors line by line, and a token for a device. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable, ImportAnswer } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { Field } from '../shared/ui.tsx'
import { FamilyDialog } from './family.tsx'
import { familyWords } from './family-words.ts'
import { filtered, type Table, tableOf } from './rows.ts'
import { TokenDialog } from './token.tsx'

const shownMost = 500

export function ListPage({ table, rows, onChanged }: { table: CsvTable; rows: DirectoryRows; onChanged: () => void }) {
  const t = words.value.admin
  const typed = useSignal('')
  const chosen = useSignal<string | null>(null)
  const all = tableOf(table, rows, words.value)
  const found = filtered(all, typed.value)
  const labels: Readonly<Partial<Record<CsvTable, [head: string, button: string]>>> = {
    devices: [t.columns.token, t.token],
    residents: [familyWords.value.open, familyWords.value.open],
  }
  const label = labels[table]
  const choose = (id: string | null) => {
    chosen.value = id
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
        <a class="button" href={api.exportPath(table)} download={`${table}.csv`}>
          {t.export}
        </a>
      </div>
      {(table !== 'sites' || me.value?.role === 'admin') && <Import table={table} onDone={onChanged} />}
      <Rows table={all} rows={found.slice(0, shownMost)} action={label ? { head: label[0], button: label[1], choose } : null} />
      {found.length > shownMost && <p class="dim">{t.firstRows(shownMost)}</p>}
      {chosen.value && table === 'devices' && <TokenDialog id={chosen.value} onClose={() => choose(null)} />}
      {chosen.value && table === 'residents' && (
        <FamilyDialog residentId={chosen.value} name={nameIn(rows, chosen.value)} onClose={() => choose(null)} />
      )}
    </>
  )
}

const nameIn = ({ residents }: DirectoryRows, residentId: string): string => residents.find(({ id }) => id === residentId)?.name ?? ''

/** What may be done with one row. */
type RowAction = { head: string; button: string; choose: (id: string) => void }

function Rows({ table, rows, action }: { table: Table; rows: Table['rows']; action: RowAction | null }) {
  const t = words.value.admin
  if (rows.length === 0) return <p class="dim">{t.none}</p>
  return (
    <table>
      <thead>
        <tr>
          {table.columns.map((column) => (
            <th key={column} scope="col">
              {t.columns[column]}
            </th>
          ))}
          {action && <th scope="col">{action.head}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, cells }) => (
          <tr key={id}>
            {cells.map((cell, index) => (
              <td key={table.columns[index]}>{cell}</td>
            ))}
            {action && (
              <td>
                <button type="button" class="button small" aria-label={`${action.button} ${id}`} onClick={() => action.choose(id)}>
                  {action.button}
                </button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Import({ table, onDone }: { table: CsvTable; onDone: () => void }) {
  const t = words.value.admin
  const file = useRef<HTMLInputElement>(null)
  const said = useSignal('')
  const errors = useSignal<Extract<ImportAnswer, { errors: unknown }>['errors']>([])
  const send = async () => {
    const chosen = file.current?.files?.[0]
    if (!chosen) return
    said.value = t.importing
    errors.value = []
    const answer = await api.importTable(table, chosen)
    if (file.current) file.current.value = ''
    if (!answer.ok) said.value = refusalText(answer.refused)
    else if ('imported' in answer.value) {
      said.value = words.value.admin.imported(answer.value.imported)
      onDone()
    } else {
      errors.value = answer.value.errors
      said.value = words.value.admin.importErrors(answer.value.errors.length)
    }
  }
  return (
    <div class="import">
      <label class="button">
        {t.import}
        <input ref={file} type="file" accept=".csv,text/csv" class="unseen" onChange={() => void send()} />
      </label>
      <p class="dim">{t.importHint}</p>
      <p role="status" class="said">
        {said.value}
      </p>
      {errors.value.length > 0 && <Errors errors={errors.value} />}
    </div>
  )
}

function Errors({ errors }: { errors: Extract<ImportAnswer, { errors: unknown }>['errors'] }) {
  const t = words.value.admin
  return (
    <table class="errors">
      <thead>
        <tr>
          <th scope="col">{t.line}</th>
          <th scope="col">{t.column}</th>
          <th scope="col">{t.problem}</th>
        </tr>
      </thead>
      <tbody>
        {errors.slice(0, 100).map(({ line, column, message }) => (
          <tr key={`${line} ${column} ${message}`}>
            <td>{line}</td>
            <td>{column}</td>
            <td>{message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
