/** 老人档案: one person with everything that is kept of her, each part changed where it stands. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { ResidentFile } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { go } from '../shared/route.ts'
import { FamilyDialog } from './family.tsx'
import { familyWords } from './family-words.ts'
import { fileWords } from './file-words.ts'
import { Fields, type FormField, type Values } from './form.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { Consents } from './resident-consents.tsx'
import { Contacts, Devices, HomePart } from './resident-parts.tsx'
import { PhotoPart } from './resident-photo.tsx'
import { fieldsOf, freshRow, newRowId, textsOf, zoneOf } from './row-forms.ts'
import { keepRow, useDraft } from './row-state.ts'

type Props = { id: string; rows: DirectoryRows; onChanged: () => void }

export function ResidentPage({ id, rows, onChanged }: Props) {
  const t = fileWords.value
  const row = rows.residents.find((each) => each.id === id)
  const list = (
    <a class="back" href="#/admin/residents">
      ← {t.backToList}
    </a>
  )
  if (id === 'new')
    return (
      <>
        {list}
        <h2>{t.newTitle}</h2>
        <Person key="new" id={null} rows={rows} onKept={onChanged} />
      </>
    )
  if (!row) return list
  return (
    <>
      {list}
      <Known key={id} id={id} rows={rows} onChanged={onChanged} />
    </>
  )
}

function Known({ id, rows, onChanged }: Props) {
  const t = fileWords.value
  const row = rows.residents.find((each) => each.id === id)
  const file = useSignal<ResidentFile | null>(null)
  const trouble = useSignal('')
  const open = useSignal<'family' | 'remove' | null>(null)
  const look = () =>
    void request<ResidentFile>('GET', `/api/residents/${encodeURIComponent(id)}/file`).then((answer) => {
      if (answer.ok) file.value = answer.value
      trouble.value = answer.ok ? '' : refusalText(answer.refused)
    })
  useEffect(look, [id])
  const changed = () => {
    look()
    onChanged()
  }
  if (!row) return null
  return (
    <>
      <div class="tools">
        <h2>{row.name}</h2>
        <button
          type="button"
          class="button"
          onClick={() => {
            open.value = 'family'
          }}
        >
          {familyWords.value.open}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            open.value = 'remove'
          }}
        >
          {t.remove}
        </button>
      </div>
      <p class="refusal">{trouble.value}</p>
      <div class="sheets">
        <Person id={id} rows={rows} onKept={changed} />
        <HomePart key={row.homeId} homeId={row.homeId} rows={rows} isCodeSet={file.value?.doorCodeSet ?? false} onKept={changed} />
        <Contacts residentId={id} rows={rows} onChanged={changed} />
        <Consents
          residentId={id}
          name={row.name}
          timeZone={zoneOf(rows, row.siteId)}
          consents={file.value?.consents ?? []}
          onChanged={look}
        />
        <PhotoPart residentId={id} name={row.name} photoAt={file.value?.photoAt ?? null} onChanged={look} />
        <Devices residentId={id} rows={rows} />
      </div>
      <Windows row={row} rows={rows} open={open} onChanged={onChanged} />
    </>
  )
}

type WindowProps = Omit<Props, 'id'> & { row: DirectoryRows['residents'][number]; open: Signal<'family' | 'remove' | null> }

function Windows({ row: { id, name }, rows, open, onChanged }: WindowProps) {
  const close = () => {
    open.value = null
  }
  const gone = () => {
    go('/admin/residents')
    onChanged()
  }
  if (open.value === 'family') return <FamilyDialog residentId={id} name={name} onClose={close} />
  if (open.value !== 'remove') return null
  return <RemoveDialog table="residents" id={id} name={name} rows={rows} onClose={close} onGone={gone} />
}

const newHome = 'new-home'

/** The person herself; a new one may come with a new home. */
function Person({ id, rows, onKept }: { id: string | null; rows: DirectoryRows; onKept: () => void }) {
  const t = fileWords.value
  const form = useRef<HTMLFormElement>(null)
  const said = useSignal('')
  const row = rows.residents.find((each) => each.id === id)
  const draft = useDraft(
    row
      ? textsOf(row, zoneOf(rows, row.siteId))
      : { ...freshRow.residents, ...freshRow.homes, siteId: rows.sites[0]?.id ?? '', homeId: newHome },
  )
  const { siteId = '', homeId = '' } = draft.values.value
  const book = { rows, words: words.value, file: t }
  const person = fieldsOf('residents', book, siteId).map((field) =>
    field.key === 'homeId' && id === null
      ? { ...field, choices: [[newHome, t.homeNew] as const, ...(field.choices ?? []).slice(1)] }
      : field,
  )
  const site = fieldsOf('homes', book, siteId).filter(({ key }) => key === 'siteId')
  const home = homeId === newHome ? fieldsOf('homes', book, siteId).filter(({ key }) => key !== 'siteId') : []
  const save = async () => {
    const all = draft.values.value
    const timeZone = zoneOf(rows, row?.siteId ?? siteId)
    const kept = await keepNew({ id, timeZone, all, person, home, draft, form: form.current })
    if (!kept) return
    said.value = t.saved
    if (id === null) go(`/admin/residents/${encodeURIComponent(kept)}`)
    onKept()
  }
  const shown: readonly FormField[] = id === null ? [...site, ...person.slice(0, 2), ...home, ...person.slice(2)] : person
  return (
    <form
      class="sheet"
      ref={form}
      noValidate
      aria-label={t.person}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
      onInput={() => {
        said.value = ''
      }}
    >
      <h3>{t.person}</h3>
      <Fields fields={shown} values={draft.values} mistakes={draft.mistakes} />
      <p class="refusal" role="alert">
        {draft.trouble.value}
      </p>
      <div class="deeds">
        <button type="submit" class="button primary" disabled={draft.busy.value}>
          {t.save}
        </button>
        <output class="said">{said.value}</output>
      </div>
    </form>
  )
}

type Keeping = {
  id: string | null
  timeZone: string
  all: Values
  person: readonly FormField[]
  home: readonly FormField[]
  draft: ReturnType<typeof useDraft>
  form: HTMLFormElement | null
}

/** The home first, then who lives in it; the person's id when both stand. A home that stands already is not made again by the next try. */
async function keepNew({ id, timeZone, all, person, home, draft, form }: Keeping): Promise<string | null> {
  const only = (fields: readonly FormField[], further: Values): Values => ({
    ...Object.fromEntries(fields.map(({ key }) => [key, all[key] ?? ''])),
    ...further,
  })
  const part = (values: Values) => ({ ...draft, values: { ...draft.values, value: values } as typeof draft.values })
  const siteId = all.siteId ?? ''
  let homeId = all.homeId ?? ''
  if (home.length > 0) {
    const name = person.filter(({ key }) => key === 'name')
    // Her name is asked for before anything is written.
    const fields = [...home, ...name]
    homeId = newRowId('homes')
    const values = only(home, { siteId })
    const isWhole = (all.name ?? '').trim() !== ''
    const kept = await keepRow({ table: 'homes', timeZone, id: homeId, fields: isWhole ? home : fields, draft: part(values), form })
    if (!kept) return null
    draft.values.value = { ...all, homeId }
  }
  const residentId = id ?? newRowId('residents')
  const kept = await keepRow({
    table: 'residents',
    timeZone,
    id: residentId,
    fields: person,
    draft: part(only(person, { siteId, homeId })),
    form,
  })
  return kept ? residentId : null
}
