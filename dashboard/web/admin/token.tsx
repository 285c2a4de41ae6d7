/** A new token for a device: asked for on purpose, shown once, gone when the window closes. */
import { useSignal } from '@preact/signals'
import { api } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'

export function TokenDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = words.value.admin
  const token = useSignal('')
  const trouble = useSignal('')
  const copied = useSignal(false)
  const issue = async () => {
    const answer = await api.deviceToken(id)
    if (answer.ok) token.value = answer.value.token
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  const copy = async () => {
    await navigator.clipboard?.writeText(token.value)
    copied.value = true
  }
  return (
    <Modal title={t.tokenTitle(id)} onClose={onClose}>
      <p class="lead">{token.value === '' ? t.tokenAsk(id) : t.tokenLead}</p>
      {token.value !== '' && <output class="token">{token.value}</output>}
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
        <button type="button" class="button primary" onClick={() => void (token.value === '' ? issue() : copy())}>
          {token.value === '' ? t.token : copied.value ? t.tokenCopied : t.tokenCopy}
        </button>
      </div>
    </Modal>
  )
}
