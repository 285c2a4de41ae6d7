/** The few parts every page is made of, on native elements. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useErrorBoundary, useId, useLayoutEffect, useRef } from 'preact/hooks'
import { later } from './clock.ts'
import { language, switchLanguage, words } from './i18n/i18n.ts'

export const Kbd = ({ children }: { children: ComponentChildren }) => <kbd class="kbd">{children}</kbd>

/** The way to the other language, named in that one. */
export const OtherLanguage = () => (
  <button type="button" class="link" lang={language.value === 'zh' ? 'en' : 'zh-CN'} onClick={switchLanguage}>
    {words.value.otherLanguage}
  </button>
)

const shapes: Readonly<Record<1 | 2 | 3, JSX.Element>> = {
  1: <path d="M13 1h16l12 12v16L29 41H13L1 29V13z" />,
  2: <path d="M21 2 41 39H1z" />,
  3: <circle cx="21" cy="21" r="18" />,
}

/** The shape of a priority: octagon, triangle, circle. Shape and number say it without colour. */
export function Shape({ priority, flash = false }: { priority: 1 | 2 | 3; flash?: boolean }) {
  return (
    <svg class={`shape shape${priority}${flash ? ' flash' : ''}`} viewBox="0 0 42 42" aria-hidden="true">
      {shapes[priority]}
      <text x="21" y={priority === 2 ? 35 : 29.5} text-anchor="middle">
        {priority}
      </text>
    </svg>
  )
}

export type ModalProps = { title: string; onClose: () => void; wide?: boolean; children: ComponentChildren }

/** What has just been refused: in a long window it may stand below what is seen. */
function refusalIn({ target, addedNodes }: MutationRecord): Element | null {
  const elements = [target, ...addedNodes].map((node) => (node instanceof Element ? node : node.parentElement))
  return elements.map((element) => element?.closest('.refusal:not(:empty)')).find((found) => !!found) ?? null
}

/** A native dialog: focus moves in, stays in, and returns; Escape closes it; what is refused is scrolled to. */
export function Modal({ title, onClose, wide = false, children }: ModalProps) {
  const box = useRef<HTMLDialogElement>(null)
  const shown = useRef(true)
  const heading = useId()
  // In the breath in which it comes to stand on the page: a frame later, the first key would go elsewhere.
  useLayoutEffect(() => {
    const dialog = box.current
    if (dialog && !dialog.open) dialog.showModal()
    return () => {
      shown.current = false
      dialog?.close()
    }
  }, [])
  useEffect(() => {
    const watch = new MutationObserver((changes) => changes.map(refusalIn).find(Boolean)?.scrollIntoView({ block: 'nearest' }))
    if (box.current) watch.observe(box.current, { subtree: true, childList: true, characterData: true })
    return () => watch.disconnect()
  }, [])
  // At once with the key, since `close` comes later and the next key may come before it; and never for a window that is gone.
  const leave = () => {
    if (shown.current) onClose()
  }
  return (
    <dialog ref={box} class={wide ? 'modal wide' : 'modal'} aria-labelledby={heading} onCancel={leave} onClose={leave}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  )
}

export type FieldProps = {
  label: string
  hint?: string
  value: string
  onText: (text: string) => void
  type?: 'text' | 'search' | 'password' | 'tel' | 'email' | 'time'
  name?: string
  autocomplete?: 'username' | 'name' | 'current-password' | 'new-password' | 'one-time-code' | 'off'
  required?: boolean
  minLength?: number
  maxLength?: number
}

/** A labelled input. */
export function Field({ label, hint, onText, ...input }: FieldProps) {
  const id = useId()
  // Preact's types want one literal type of input in each place; ours is chosen by the caller.
  const attributes: object = input
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        {...attributes}
        id={id}
        {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
    </p>
  )
}

/** One broken part must not take the others with it; it is drawn again after a moment. */
export function Guard({ children }: { children: ComponentChildren }) {
  const [broken, mend] = useErrorBoundary()
  useEffect(() => (broken ? later(2_000, mend) : undefined), [broken, mend])
  return <div class="guard">{broken ? <p class="broken">{words.value.wall.broken}</p> : children}</div>
}
