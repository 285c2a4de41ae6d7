/** Something to wait for: growth wakes who has nothing to do, hurry wakes everybody. */
import { systemClock } from '../../domain/clock.ts'
import { milliseconds } from '../../domain/time.ts'

export type Bell = {
  grew(): void
  hurry(): void
  /** Resolves when readings came since the last time, when somebody is in a hurry, or after `span` milliseconds. */
  growth(span: number): Promise<void>
  /** Resolves after `span` milliseconds, or when somebody is in a hurry. */
  rest(span: number): Promise<void>
}

export function openBell(): Bell {
  let hasGrown = false
  let isHurried = false
  let wake: (() => void) | null = null
  let isForGrowth = false

  async function wait(span: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = systemClock.later(milliseconds(Math.ceil(span)), resolve)
      wake = () => {
        stop()
        resolve()
      }
    })
    wake = null
  }

  return {
    grew() {
      hasGrown = true
      if (isForGrowth) wake?.()
    },
    hurry() {
      isHurried = true
      wake?.()
    },
    async growth(span) {
      isForGrowth = true
      if (!hasGrown && !isHurried) await wait(span)
      hasGrown = false
      isHurried = false
    },
    async rest(span) {
      isForGrowth = false
      if (!isHurried) await wait(span)
      isHurried = false
    },
  }
}
