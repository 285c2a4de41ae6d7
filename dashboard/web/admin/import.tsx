/** A spreadsheet comes in: first what it would do, then, when somebody says so, it does it. */
import { type Signal, useSignal } from '@preact/signals'
import type { CsvTable, ImportAnswer } from '../../contracts.ts'
import type { ImportPreview } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { FileButton } from '../shared/file-button.tsx'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { Modal } from '../shared/ui.tsx'
import { fieldText } from './field-words.ts'
import { fileWords } from './file-words.ts'

type Open = { file: Blob; preview: ImportPreview }

export function Import({ table, onDone }: { table: CsvTable; onDone: () => void }) {
  const t = words.value.admin
  const said = useSignal('')
  const open = useSignal<Open | null>(null)
  const look = async (file: File) => {
    said.value = fileWords.value.importRead
    const answer = await request<ImportPreview>('POST', `/api/import/${table}/preview`, file)
    said.value = answer.ok ? '' : refusalText(answer.refused)
    if (answer.ok) open.value = { file, preview: answer.value }
  }
  const done = (text: string) => {
    open.value = null
    said.value = text
    if (text !== '') onDone()
  }
  return (
    <div class="import">
      <FileButton label={t.import} accept=".csv,text/csv" onFile={look} />
      <p class="dim">{t.importHint}</p>
      <p role="status" class="said">
        {said.value}
      </p>
      {open.value && <Preview table={table} open={open.value} onClose={done} />}
    </div>
  )
}

function Preview({ table, open: { file, preview }, onClose }: { table: CsvTable; open: Open; onClose: (said: string) => void }) {
  const t = fileWords.value
  const removeAbsent = useSignal(false)
  const trouble = useSignal('')
  const busy = useSignal(false)
  const { errors, added, changed, unchanged, absent } = preview
  const go = async () => {
    busy.value = true
    const answer = await request<ImportAnswer>('POST', `/api/import/${table}${removeAbsent.value ? '?absent=remove' : ''}`, file)
    busy.value = false
    if (!answer.ok) trouble.value = refusalText(answer.refused)
    else if ('errors' in answer.value) trouble.value = t.importWrong(answer.value.errors.length)
    else onClose(doneText(answer.value))
  }
  return (
    <Modal title={t.importTitle} onClose={() => onClose('')} wide>
      {errors.length > 0 ? (
        <>
          <p class="refusal">{t.importWrong(errors.length)}</p>
          <Errors table={table} errors={errors} />
        </>
      ) : (
        <>
          <p class="lead">
            {[t.importAdded(added.count), t.importChanged(changed.count), t.importSame(unchanged)].join(' · ')} · {t.importNothing}
          </p>
          <Names list={added} title={t.importAdded(added.count)} />
          <Changes changed={changed} />
          {table !== 'sites' && <Absent absent={absent} chosen={removeAbsent} />}
        </>
      )}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={() => onClose('')}>
          {words.value.cancel}
        </button>
        {errors.length === 0 && (
          <button type="button" class="button primary" disabled={busy.value} onClick={() => void go()}>
            {t.importConfirm}
          </button>
        )}
      </div>
    </Modal>
  )
}

function doneText({ imported, removed = 0, kept = [] }: Extract<ImportAnswer, { imported: number }>): string {
  const t = fileWords.value
  const parts = [
    words.value.admin.imported(imported),
    removed > 0 ? t.importRemoved(removed) : '',
    kept.length > 0 ? t.importKept(kept.length) : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}

type List = ImportPreview['added']

function Names({ list, title }: { list: List; title: string }) {
  if (list.count === 0) return null
  return (
    <details>
      <summary>{title}</summary>
      <ul>
        {list.first.map(({ id, name }) => (
          <li key={id}>
            {name} <small>{id}</small>
          </li>
        ))}
        {list.count > list.first.length && <li>{fileWords.value.importMore(list.count - list.first.length)}</li>}
      </ul>
    </details>
  )
}

function Changes({ changed }: { changed: ImportPreview['changed'] }) {
  const t = fileWords.value
  if (changed.count === 0) return null
  return (
    <details open={changed.count <= 20}>
      <summary>{t.importChanged(changed.count)}</summary>
      <table class="preview-changes">
        <TableHead columns={[words.value.admin.columns.name, t.column, t.before, t.after]} />
        <tbody>
          {changed.first.flatMap(({ id, name, fields }) =>
            fields.map(({ column, label, before, after }) => (
              <tr key={`${id} ${column}`}>
                <td>{name}</td>
                <td>{language.value === 'zh' ? label : column}</td>
                <td>
                  <del>{before || '–'}</del>
                </td>
                <td>
                  <ins>{after || '–'}</ins>
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
      {changed.count > changed.first.length && <p class="dim">{t.importMore(changed.count - changed.first.length)}</p>}
    </details>
  )
}

function Absent({ absent, chosen }: { absent: List; chosen: Signal<boolean> }) {
  const t = fileWords.value
  if (absent.count === 0) return null
  return (
    <>
      <Names list={absent} title={t.importAbsent(absent.count)} />
      <p>
        <label>
          <input
            type="checkbox"
            checked={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.checked
            }}
          />{' '}
          {t.importAbsentRemove(absent.count)}
        </label>
      </p>
      {!chosen.value && <p class="dim">{t.importAbsentStay}</p>}
    </>
  )
}

function Errors({ errors }: { table: CsvTable; errors: ImportPreview['errors'] }) {
  const t = words.value.admin
  return (
    <table class="errors">
      <TableHead columns={[t.line, t.column, t.problem]} />
      <tbody>
        {errors.map(({ line, column, message }) => (
          <tr key={`${line} ${column} ${message}`}>
            <td>{line}</td>
            <td>{column}</td>
            <td>{fieldText(message)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
