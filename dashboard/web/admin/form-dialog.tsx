/** A window with one form: what is wrong is said above its two buttons, and Enter sends it. */
import type { ComponentChildren, RefObject } from 'preact'
import { words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'

type Props = {
  title: string
  /** What the button says that sends it. */
  action: string
  trouble: string
  /** Nothing can be sent yet, or it is on its way. */
  isBusy?: boolean
  wide?: boolean
  form?: RefObject<HTMLFormElement | null>
  onClose: () => void
  onSend: () => Promise<void>
  children: ComponentChildren
}

export function FormDialog({ title, action, trouble, isBusy = false, wide = false, form, onClose, onSend, children }: Props) {
  return (
    <Modal title={title} onClose={onClose} wide={wide}>
      <form
        {...(form && { ref: form })}
        noValidate={form !== undefined}
        onSubmit={(event) => {
          event.preventDefault()
          void onSend()
        }}
      >
        {children}
        <p class="refusal" role="alert">
          {trouble}
        </p>
        <div class="buttons">
          <button type="button" class="button" onClick={onClose}>
            {words.value.cancel}
          </button>
          <button type="submit" class="button primary" disabled={isBusy}>
            {action}
          </button>
        </div>
      </form>
    </Modal>
  )
}
