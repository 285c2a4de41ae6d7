/** The windows of the wall: close a case, write a note, find, help, and the homes that are not normal. */
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { type Outcome, outcomes } from '../../../domain/alarm.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Field, Kbd, Modal } from '../shared/ui.tsx'
import { note, resolve } from './acts.ts'
import { CallBacksDialog, refresh } from './call-backs.tsx'
import { ContactNeeded } from './contact-needed.tsx'
import * as desk from './desk.ts'
import { Buttons } from './dialog-buttons.tsx'
import { HomesDialog, SearchDialog } from './dialogs-find.tsx'
import { HandOverDialog } from './dialogs-give.tsx'
import { ShelveDialog, TakeOverDialog } from './dialogs-hand.tsx'
import { ResidentDialog } from './dialogs-resident.tsx'
import { MapDialog, SendDialog } from './dialogs-send.tsx'
import { whatOf, wholeAddressOf } from './say.ts'
import { SelfTestDialog } from './self-test-dialog.tsx'
import { letterKeys, softphone } from './settings.ts'
import { ShiftDialog } from './shift/dialog.tsx'
import { SweepDialog } from './sweep.tsx'

export const closeDialog = () => {
  desk.dialog.value = 'none'
}

export function Dialogs() {
  switch (desk.dialog.value) {
    case 'resolve':
      return <ResolveDialog />
    case 'note':
      return <NoteDialog />
    case 'take-over':
      return <TakeOverDialog onClose={closeDialog} />
    case 'hand-over':
      return <HandOverDialog onClose={closeDialog} />
    case 'call-backs':
      return <CallBacksDialog onClose={closeDialog} />
    case 'sweep':
      return <SweepDialog onClose={closeDialog} />
    case 'shift':
      return <ShiftDialog onClose={closeDialog} />
    case 'shelve':
      return <ShelveDialog onClose={closeDialog} />
    case 'self-test':
      return <SelfTestDialog onClose={closeDialog} />
    case 'send':
      return <SendDialog onClose={closeDialog} />
    case 'map':
      return <MapDialog onClose={closeDialog} />
    case 'resident':
      return <ResidentDialog onClose={closeDialog} />
    case 'help':
      return <HelpDialog />
    case 'search':
      return <SearchDialog onClose={closeDialog} />
    case 'homes':
      return <HomesDialog onClose={closeDialog} />
    case 'none':
      return null
  }
}

function ResolveDialog() {
  const t = words.value.dialogs
  const wall = useSignal(desk.selected.peek()).value
  const outcome = useSignal<Outcome | null>(null)
  const text = useSignal('')
  const refused = useSignal<string | null>(null)
  const textId = useId()
  if (!wall) return null
  const send = async (event: Event) => {
    event.preventDefault()
    if (!outcome.value) return
    const refusal = await resolve(wall.alarm.id, outcome.value, text.value.trim())
    if (!refusal) {
      void refresh()
      return closeDialog()
    }
    refused.value = refusal.code
    if (refusal.code === 'reason-needed') document.getElementById(textId)?.focus()
  }
  const needed = refused.value === 'reason-needed'
  return (
    <Modal title={t.resolveTitle} onClose={closeDialog}>
      <form onSubmit={send}>
        <p class="lead">{t.resolveLead(`${wholeAddressOf(wall.place)} · ${whatOf(wall.alarm)}`)}</p>
        <Outcomes
          chosen={outcome.value}
          onChoose={(one) => {
            outcome.value = one
          }}
        />
        <p class="field">
          <label for={textId}>{needed ? t.reasonNeeded : t.reason}</label>
          <textarea
            id={textId}
            rows={3}
            maxLength={2000}
            required={needed}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value
            }}
          />
        </p>
        <ContactNeeded id={wall.alarm.id} outcome={outcome.value} />
        <p class="dim">{words.value.case.doubt}</p>
        <p class="refusal" role="alert">
          {desk.refused.value ? refusalText(desk.refused.value) : ''}
        </p>
        <Buttons label={t.confirm} disabled={!outcome.value || desk.asking.value !== null} onClose={closeDialog} />
      </form>
    </Modal>
  )
}

function Outcomes({ chosen, onChoose }: { chosen: Outcome | null; onChoose: (outcome: Outcome) => void }) {
  return (
    <fieldset class="outcomes">
      <legend class="unseen">{words.value.dialogs.resolveTitle}</legend>
      {outcomes.map((outcome) => (
        <label key={outcome} class={chosen === outcome ? 'chosen' : ''}>
          <input type="radio" name="outcome" value={outcome} checked={chosen === outcome} onChange={() => onChoose(outcome)} />
          {words.value.outcomes[outcome]}
        </label>
      ))}
    </fieldset>
  )
}

function NoteDialog() {
  const t = words.value.dialogs
  const wall = useSignal(desk.selected.peek()).value
  const id = wall?.alarm.id ?? null
  const text = useSignal('')
  const send = async (event: Event) => {
    event.preventDefault()
    const said = text.value.trim()
    if (said !== '' && !(await note('note', said, { id }))) closeDialog()
  }
  return (
    <Modal title={t.noteTitle} onClose={closeDialog}>
      <form onSubmit={send}>
        {wall && <p class="lead">{`${wholeAddressOf(wall.place)} · ${whatOf(wall.alarm)}`}</p>}
        <Field
          label={t.noteText}
          value={text.value}
          maxLength={2000}
          onText={(typed) => {
            text.value = typed
          }}
        />
        <p class="refusal" role="alert">
          {desk.refused.value ? refusalText(desk.refused.value) : ''}
        </p>
        <Buttons label={t.save} disabled={text.value.trim() === '' || desk.asking.value !== null} onClose={closeDialog} />
      </form>
    </Modal>
  )
}

/** What this desk may choose for itself. */
function Choices() {
  const t = words.value.response
  return (
    <div class="choices">
      <label>
        <input type="checkbox" checked={letterKeys.read()} onChange={(event) => letterKeys.turn(event.currentTarget.checked)} />
        {t.letters}
      </label>
      <p class="dim">{t.lettersHint}</p>
      <label>
        <input type="checkbox" checked={softphone.read()} onChange={(event) => softphone.turn(event.currentTarget.checked)} />
        {t.softphone}
      </label>
    </div>
  )
}

function HelpDialog() {
  const t = words.value
  return (
    <Modal title={t.dialogs.helpTitle} onClose={closeDialog}>
      <dl class="keys-list">
        {t.dialogs.keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Choices />
      <div class="buttons">
        <button type="button" class="button primary" onClick={closeDialog}>
          {t.close}
        </button>
      </div>
    </Modal>
  )
}
