/** What somebody agreed to: recorded, shown with who and when, and withdrawn. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { type Consent, consentForms, consentKinds } from '../../../domain/resident-file.ts'
import { request } from '../shared/api.ts'
import { fullTime } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { localOf, momentOf } from '../shared/local-moment.ts'
import { TableHead } from '../shared/table-head.tsx'
import { Field, Modal } from '../shared/ui.tsx'
import { fileWords } from './file-words.ts'
import { Fields, type FormField } from './form.tsx'
import { FormDialog } from './form-dialog.tsx'
import { keep, useDraft } from './row-state.ts'

type Props = { residentId: string; name: string; timeZone: string; consents: readonly Consent[]; onChanged: () => void }

/** By the clocks of her home. */
const moment = (at: number, timeZone: string): string =>
  fullTime(at, { language: language.value, timeZone }, { dateStyle: 'medium', timeStyle: 'short' })
const path = (residentId: string, ...rest: readonly string[]): string =>
  ['/api/residents', encodeURIComponent(residentId), 'consents', ...rest].join('/')

export function Consents({ residentId, name, timeZone, consents, onChanged }: Props) {
  const t = fileWords.value
  const open = useSignal<'add' | Consent | null>(null)
  const close = () => {
    open.value = null
  }
  const changed = () => {
    close()
    onChanged()
  }
  const now = open.value
  return (
    <section class="sheet" aria-label={t.consents}>
      <h3>{t.consents}</h3>
      <p class="dim">{t.consentsLead}</p>
      {consents.length === 0 ? (
        <p>{t.noConsents}</p>
      ) : (
        <Table consents={consents} timeZone={timeZone} onWithdraw={(consent) => (open.value = consent)} />
      )}
      <div class="deeds">
        <button
          type="button"
          class="button"
          onClick={() => {
            open.value = 'add'
          }}
        >
          {t.consentAdd}
        </button>
      </div>
      {now === 'add' && <AddDialog residentId={residentId} name={name} timeZone={timeZone} onClose={close} onDone={changed} />}
      {now !== null && now !== 'add' && <WithdrawDialog consent={now} onClose={close} onDone={changed} />}
    </section>
  )
}

type TableProps = { consents: readonly Consent[]; timeZone: string; onWithdraw: (consent: Consent) => void }

function Table({ consents, timeZone, onWithdraw }: TableProps) {
  const t = fileWords.value
  return (
    <div class="wide">
      <table>
        <TableHead columns={[t.consentKind, t.consentForm, t.consentBy, t.consentAt, t.consentRecorded, t.consentState]} />
        <tbody>
          {consents.map((consent) => {
            const { id, kind, form, givenBy, givenAt, note, recordedBy, withdrawn } = consent
            return (
              <tr key={id}>
                <td>
                  {t.kinds[kind]} {note !== '' && <small>{note}</small>}
                </td>
                <td>{t.forms[form]}</td>
                <td>{givenBy}</td>
                <td>{moment(givenAt, timeZone)}</td>
                <td>{recordedBy}</td>
                <td>
                  {withdrawn ? (
                    t.withdrawn(moment(withdrawn.at, timeZone), withdrawn.by)
                  ) : (
                    <div class="row-deeds">
                      {t.consentIn}
                      <button
                        type="button"
                        class="button small"
                        aria-label={`${t.withdraw} ${t.kinds[kind]}`}
                        onClick={() => onWithdraw(consent)}
                      >
                        {t.withdraw}
                      </button>
                    </div>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

type DialogProps = { onClose: () => void; onDone: () => void }

function AddDialog({ residentId, name, timeZone, onClose, onDone }: DialogProps & Pick<Props, 'residentId' | 'name' | 'timeZone'>) {
  const t = fileWords.value
  const form = useRef<HTMLFormElement>(null)
  const now = localOf(Date.now(), timeZone)
  const draft = useDraft({ kind: 'service', form: 'paper', givenBy: name, givenAt: now, note: '' })
  const fields: readonly FormField[] = [
    { key: 'kind', label: t.consentKind, kind: 'choice', choices: consentKinds.map((kind) => [kind, t.kinds[kind]]) },
    { key: 'form', label: t.consentForm, kind: 'choice', choices: consentForms.map((each) => [each, t.forms[each]]) },
    { key: 'givenBy', label: t.consentBy, kind: 'text', required: true, max: 60, hint: t.consentByHint },
    { key: 'givenAt', label: t.consentAt, kind: 'moment', required: true },
    { key: 'note', label: t.consentNote, kind: 'area', max: 300 },
  ]
  const save = async () => {
    const { givenAt = '', ...given } = draft.values.value
    const body = { ...given, givenAt: momentOf(givenAt, timeZone) }
    if (await keep({ draft, fields, form: form.current }, () => request('POST', path(residentId), body))) onDone()
  }
  return (
    <FormDialog title={t.consentAdd} action={t.save} trouble={draft.trouble.value} form={form} onClose={onClose} onSend={save}>
      <Fields fields={fields} values={draft.values} mistakes={draft.mistakes} />
    </FormDialog>
  )
}

function WithdrawDialog({ consent, onClose, onDone }: DialogProps & { consent: Consent }) {
  const t = fileWords.value
  const by = useSignal(consent.givenBy)
  const trouble = useSignal('')
  const withdraw = async () => {
    const answer = await request('POST', path(consent.residentId, consent.id, 'withdraw'), { by: by.value })
    if (answer.ok) onDone()
    else trouble.value = refusalText(answer.refused)
  }
  return (
    <Modal title={`${t.withdraw}: ${t.kinds[consent.kind]}`} onClose={onClose}>
      <Field
        label={t.withdrawBy}
        value={by.value}
        maxLength={60}
        onText={(text) => {
          by.value = text
        }}
      />
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.cancel}
        </button>
        <button type="button" class="button danger" onClick={() => void withdraw()}>
          {t.withdraw}
        </button>
      </div>
    </Modal>
  )
}
