/** One figure with its name, and how figures are written. */
import { figure, percent } from '../shared/format.ts'
import { language } from '../shared/i18n/i18n.ts'

export const numberText = (value: number): string => figure(value, language.value)
/** 0.975 → 97.5% */
export const shareText = (share: number): string => percent(share, 1, language.value)

export function Tile({ name, value, hint, state = '' }: { name: string; value: string; hint: string; state?: string }) {
  return (
    <section class={`tile ${state}`}>
      <h3>{name}</h3>
      <b>{value}</b>
      <p>{hint}</p>
    </section>
  )
}
