/** Fetches the screens that come later, and shows them when they are there. */
import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { later } from './clock.ts'
import { words } from './words/words.ts'

type Pages = typeof import('./pages/more.tsx')

const pages = signal<Pages | null>(null)
const againMs = 3_000

/** Without a network it is tried again until the pages are there. */
export async function fetchMore(): Promise<void> {
  if (pages.value) return
  try {
    pages.value = await import('./pages/more.tsx')
  } catch {
    later(againMs, () => void fetchMore())
  }
}

export function More({ children }: { children: (pages: Pages) => ComponentChildren }) {
  useEffect(() => void fetchMore(), [])
  if (pages.value) return children(pages.value)
  return (
    <p class="card said" role="status">
      {words.value.loading}
    </p>
  )
}
