/** A relative's own Home Assistants: made here, the password shown once, and ended here. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { HomeAssistantMade, HomeAssistantRow } from '../../../contracts-out.ts'
import { ask } from '../ask.ts'
import { BackTitle, Field, Trouble } from '../parts.tsx'
import { more } from '../words/more.ts'
import { refusalText } from '../words/words.ts'

type Row = Pick<HomeAssistantRow, 'id' | 'label'>

export function HomeAssistantSetting() {
  const { settings: said } = more.value
  const rows = useSignal<readonly Row[]>([])
  const made = useSignal<HomeAssistantMade | null>(null)
  const label = useSignal('')
  const trouble = useSignal('')
  const look = async () => {
    const answer = await ask.homeAssistants()
    if (answer.ok) rows.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => void look(), [])
  const make = async (event: Event) => {
    event.preventDefault()
    const answer = await ask.makeHomeAssistant({ label: label.value.trim() })
    if (answer.ok) {
      made.value = answer.value
      label.value = ''
      await look()
    } else trouble.value = refusalText(answer.refused)
  }
  const end = async (id: string) => {
    await ask.endHomeAssistant(id)
    if (made.value && made.value.id === id) made.value = null
    await look()
  }
  return (
    <>
      <BackTitle title={said.homeAssistant} to="/settings" />
      <main>
        <p class="card said">{said.homeAssistantMore}</p>
        {made.value && <Made made={made.value} />}
        {rows.value.map((row) => (
          <Ending key={row.id} row={row} onEnd={() => void end(row.id)} />
        ))}
        <form onSubmit={(event) => void make(event)}>
          <Field
            label={said.homeAssistantName}
            value={label.value}
            onText={(text) => {
              label.value = text
            }}
            more={{ required: true, maxLength: 40 }}
          />
          <button type="submit" class="b main">
            {said.homeAssistantMake}
          </button>
        </form>
        <Trouble text={trouble.value} />
      </main>
    </>
  )
}

function Made({ made: { user, password } }: { made: HomeAssistantMade }) {
  const { settings: said } = more.value
  const isCopied = useSignal(false)
  const copy = async () => {
    await navigator.clipboard?.writeText(password)
    isCopied.value = true
  }
  return (
    <section class="card said" aria-live="polite">
      <p>{said.homeAssistantOnce}</p>
      <p>
        {said.homeAssistantUser}
        <br />
        <strong>{user}</strong>
      </p>
      <p>
        {said.homeAssistantPassword}
        <br />
        <output>
          <strong>{password}</strong>
        </output>
      </p>
      <button type="button" class="b soft" onClick={() => void copy()}>
        {isCopied.value ? said.homeAssistantCopied : said.homeAssistantCopy}
      </button>
    </section>
  )
}

function Ending({ row, onEnd }: { row: Row; onEnd: () => void }) {
  const { settings: said } = more.value
  const isAsked = useSignal(false)
  const press = () => {
    if (isAsked.value) onEnd()
    isAsked.value = !isAsked.value
  }
  return (
    <button type="button" class={isAsked.value ? 'b red' : 'b soft'} onClick={press}>
      {isAsked.value ? said.homeAssistantEndSure(row.label) : said.homeAssistantEnd(row.label)}
    </button>
  )
}
