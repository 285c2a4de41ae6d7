/** The parts of a person's file that are rows of their own: her home with its key-safe, whom to call, and her devices. */
import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { readReachHours } from '../../../domain/reach-hours.ts'
import type { DirectoryRows } from '../../../store/store.ts'
import { words } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { fileWords } from './file-words.ts'
import { Fields } from './form.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { codeField, RowDialog } from './row-dialog.tsx'
import { fieldsOf, textsOf, zoneOf } from './row-forms.ts'
import { keepRow, useDraft } from './row-state.ts'

type HomeProps = { homeId: string; rows: DirectoryRows; isCodeSet: boolean; onKept: () => void }

export function HomePart({ homeId, rows, isCodeSet, onKept }: HomeProps) {
  const t = fileWords.value
  const form = useRef<HTMLFormElement>(null)
  const said = useSignal('')
  const row = rows.homes.find((each) => each.id === homeId)
  const zone = zoneOf(rows, row?.siteId)
  const draft = useDraft({ ...textsOf(row ?? {}, zone), doorCode: '' })
  const fields = [
    ...fieldsOf('homes', { rows, words: words.value, file: t }, '').filter(({ key }) => key !== 'siteId'),
    { ...codeField(), hint: isCodeSet ? t.codeSet : t.codeUnset },
  ]
  const save = async (further: object) => {
    const { id: _, doorCode, ...values } = draft.values.value
    const part = { ...draft, values: { ...draft.values, value: values } as typeof draft.values }
    const kept = await keepRow({ table: 'homes', timeZone: zone, id: homeId, fields, draft: part, form: form.current, further })
    if (!kept) return
    draft.values.value = { ...draft.values.value, doorCode: '' }
    said.value = t.saved
    onKept()
  }
  const typed = draft.values.value.doorCode
  return (
    <form
      class="sheet"
      ref={form}
      noValidate
      aria-label={t.home}
      onSubmit={(event) => {
        event.preventDefault()
        void save(typed ? { doorCode: typed } : {})
      }}
      onInput={() => {
        said.value = ''
      }}
    >
      <h3>{t.home}</h3>
      <Fields fields={fields} values={draft.values} mistakes={draft.mistakes} />
      <p class="refusal" role="alert">
        {draft.trouble.value}
      </p>
      <div class="deeds">
        <button type="submit" class="button primary" disabled={draft.busy.value}>
          {t.save}
        </button>
        {isCodeSet && (
          <button type="button" class="button" onClick={() => void save({ doorCode: '' })}>
            {t.codeForget}
          </button>
        )}
        <output class="said">{said.value}</output>
      </div>
    </form>
  )
}

type Open = { what: 'edit'; id: string | null } | { what: 'remove'; id: string; name: string } | null

export function Contacts({ residentId, rows, onChanged }: { residentId: string; rows: DirectoryRows; onChanged: () => void }) {
  const t = fileWords.value
  const open = useSignal<Open>(null)
  const contacts = rows.contacts.filter((each) => each.residentId === residentId).sort((a, b) => a.order - b.order)
  const close = () => {
    open.value = null
  }
  const changed = () => {
    close()
    onChanged()
  }
  const now = open.value
  return (
    <section class="sheet" aria-label={t.contacts}>
      <h3>{t.contacts}</h3>
      {contacts.length === 0 ? <p>{t.noContacts}</p> : <ContactTable contacts={contacts} open={open} />}
      <div class="deeds">
        <button
          type="button"
          class="button"
          onClick={() => {
            open.value = { what: 'edit', id: null }
          }}
        >
          {t.add.contacts}
        </button>
      </div>
      {now?.what === 'edit' && (
        <RowDialog
          {...{ table: 'contacts', rows, id: now.id, given: { residentId, order: String(contacts.length + 1) } }}
          onClose={close}
          onKept={changed}
        />
      )}
      {now?.what === 'remove' && <RemoveDialog {...{ table: 'contacts', ...now, rows }} onClose={close} onGone={changed} />}
    </section>
  )
}

/** What no clock can make anything of is shown to operators as written, and does not move anybody down their list: said where it is kept. */
const hoursText = (hours: string): string =>
  hours === '' || readReachHours(hours) ? hours : words.value.aside(hours, fileWords.value.hoursAsWritten)

/** A number in two lines is dialled wrongly, half a word is read wrongly. */
const wholeCells: ReadonlySet<number> = new Set([0, 2, 3, 4])

function ContactTable({ contacts, open }: { contacts: DirectoryRows['contacts']; open: Signal<Open> }) {
  const t = fileWords.value
  const { columns, yes, no } = words.value.admin
  return (
    <div class="wide">
      <table>
        <TableHead columns={[columns.order, columns.person, columns.relation, columns.phone, columns.hasKey, t.hours]} acts={t.edit} />
        <tbody>
          {contacts.map(({ id, order, name, relation, phone, hasKey, hours = '' }) => (
            <tr key={id}>
              {[String(order), name, words.value.relations[relation], phone, hasKey ? yes : no, hoursText(hours)].map((cell, index) => (
                <td key={`${id} ${[0, 1, 2, 3, 4, 5][index]}`} class={wholeCells.has(index) ? 'nowrap' : undefined}>
                  {cell}
                </td>
              ))}
              <td>
                <div class="row-deeds">
                  <button
                    type="button"
                    class="button small"
                    aria-label={`${t.edit} ${name}`}
                    onClick={() => {
                      open.value = { what: 'edit', id }
                    }}
                  >
                    {t.edit}
                  </button>
                  <button
                    type="button"
                    class="button small"
                    aria-label={`${t.remove} ${name}`}
                    onClick={() => {
                      open.value = { what: 'remove', id, name }
                    }}
                  >
                    {t.remove}
                  </button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function Devices({ residentId, rows }: { residentId: string; rows: DirectoryRows }) {
  const t = fileWords.value
  const devices = rows.devices.filter((each) => each.residentId === residentId)
  return (
    <section class="sheet" aria-label={t.devices}>
      <h3>{t.devices}</h3>
      {devices.length === 0 && <p>{t.noDevices}</p>}
      <ul>
        {devices.map(({ id, role, room }) => (
          <li key={id}>
            {words.value.deviceRoles[role]} {room} <small>{id}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
