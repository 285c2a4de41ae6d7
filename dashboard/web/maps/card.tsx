/** The site plan beside a case, loaded after the desk stands: what is needed to answer comes first. */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { AlarmCard } from '../../contracts.ts'
import { part } from '../shared/part.ts'

type Props = { card: AlarmCard; whole?: boolean }
type Card = ComponentType<Props>

export function SitePlanCard(props: Props) {
  const loaded = useSignal<{ Card: Card } | null>(null)
  useEffect(() => {
    // Without it the case is as it was: a failed load is no fault of the case.
    void part(() => import('./site-plan.tsx')).then((plan) => {
      if (plan) loaded.value = { Card: plan.SitePlanCard }
    })
  }, [loaded])
  return loaded.value ? <loaded.value.Card {...props} /> : null
}
