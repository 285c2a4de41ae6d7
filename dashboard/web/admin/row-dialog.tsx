/** A window for one row of a list: added or changed, its mistakes beside their fields. */
import { useRef } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { CsvTable } from '../../contracts.ts'
import { words } from '../shared/i18n/i18n.ts'
import { fileWords } from './file-words.ts'
import { Fields, type FormField, type Values } from './form.tsx'
import { FormDialog } from './form-dialog.tsx'
import { fieldsOf, freshRow, newRowId, textsOf, zoneOf } from './row-forms.ts'
import { keepRow, useDraft } from './row-state.ts'

type Props = {
  table: CsvTable
  rows: DirectoryRows
  /** Null: a new one. */
  id: string | null
  /** What a new one begins with. */
  given?: Values
  onClose: () => void
  onKept: () => void
}

export function RowDialog({ table, rows, id, given = {}, onClose, onKept }: Props) {
  const t = fileWords.value
  const form = useRef<HTMLFormElement>(null)
  const before = startOf({ table, rows, id, given })
  const draft = useDraft(before)
  const fields: readonly FormField[] = [
    ...(id === null ? [idField(table)] : []),
    ...fieldsOf(table, { rows, words: words.value, file: t }, siteIn(rows, table, draft.values.value)),
    ...(table === 'homes' ? [codeField()] : []),
  ]
  const save = async () => {
    const { doorCode, ...values } = draft.values.value
    const { id: typed = '' } = values
    // Only what was typed anew: an empty field keeps the code that is there.
    const further = table === 'homes' && doorCode ? { doorCode } : {}
    const kept = await keepRow({
      timeZone: zoneOf(rows, values.siteId),
      ...{ table, fields, form: form.current, further, id: id ?? (typed.trim() || newRowId(table)) },
      draft: { ...draft, values: { ...draft.values, value: values } as typeof draft.values },
    })
    if (kept) onKept()
  }
  return (
    <FormDialog
      wide
      title={id === null ? t.add[table] : t.editTitle}
      action={t.save}
      trouble={draft.trouble.value}
      isBusy={draft.busy.value}
      form={form}
      onClose={onClose}
      onSend={save}
    >
      <Fields fields={fields} values={draft.values} mistakes={draft.mistakes} />
    </FormDialog>
  )
}

function startOf({ table, rows, id, given }: Required<Pick<Props, 'table' | 'rows' | 'id' | 'given'>>): Values {
  const list: readonly { id: string }[] = rows[table]
  const row = list.find((each) => each.id === id)
  const site = rows.sites[0]?.id ?? ''
  const fresh = { ...freshRow[table], ...(table === 'homes' || table === 'devices' ? { siteId: site } : {}), ...given }
  if (!row) return fresh
  const { id: _, ...values } = textsOf(row, zoneOf(rows, site))
  return { ...fresh, ...values }
}

const siteIn = (rows: DirectoryRows, table: CsvTable, { siteId = '' }: Values): string =>
  table === 'devices' ? siteId : rows.sites.length === 1 ? siteId : ''

const idField = (table: CsvTable): FormField => ({
  ...{ key: 'id', label: words.value.admin.columns.id, kind: 'text', max: 64 },
  ...(table === 'devices' ? { required: true } : { hint: fileWords.value.idHint }),
})
export const codeField = (): FormField => ({
  key: 'doorCode',
  label: fileWords.value.code,
  kind: 'secret',
  max: 40,
  hint: fileWords.value.codeUnset,
})
