/** A labelled list to choose one of. */
import type { Signal } from '@preact/signals'

type ListProps = {
  label: string
  choices: readonly (readonly [value: string, shown: string])[]
  /** What stands for none of them; absent: one is always chosen. */
  empty?: string
  required?: boolean
  look?: string
}

/** Holds what was chosen in a signal. */
export function Choice({ chosen, ...list }: ListProps & { chosen: Signal<string> }) {
  return (
    <Select
      {...list}
      value={chosen.value}
      onChoice={(value) => {
        chosen.value = value
      }}
    />
  )
}

export function Select({
  label,
  choices,
  empty,
  required = false,
  look = '',
  value,
  onChoice,
}: ListProps & { value: string; onChoice: (value: string) => void }) {
  return (
    <label class={look}>
      {label}
      <select value={value} required={required} onChange={(event) => onChoice(event.currentTarget.value)}>
        {empty !== undefined && <option value="">{empty}</option>}
        {choices.map(([name, shown]) => (
          <option key={name} value={name}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  )
}
