/** A labelled list to choose from, with headings between where there are several sorts. */
import { useId } from 'preact/hooks'

export type Option = { value: string; label: string }
export type Group = { label: string; options: readonly Option[] }

type Props = {
  label: string
  value: string
  onValue: (value: string) => void
  options?: readonly Option[]
  groups?: readonly Group[]
  /** The label is read aloud, not shown: the column says it. */
  isBare?: boolean
}

export function Choice({ label, value, onValue, options = [], groups = [], isBare = false }: Props) {
  const id = useId()
  return (
    <p class="field">
      <label for={id} class={isBare ? 'unseen' : ''}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        <Options options={options} />
        {groups
          .filter((group) => group.options.length > 0)
          .map((group) => (
            <optgroup key={group.label} label={group.label}>
              <Options options={group.options} />
            </optgroup>
          ))}
      </select>
    </p>
  )
}

const Options = ({ options }: { options: readonly Option[] }) => (
  <>
    {options.map(({ value, label }) => (
      <option key={value} value={value}>
        {label}
      </option>
    ))}
  </>
)
