/** Where we are: the part of the address after `#`, which no server and no link preview ever sees. */
import { signal } from '@preact/signals'

const current = () => location.hash.replace(/^#/, '') || '/'

/** `/` today · `/alarm` · `/alarm/<id>` · `/history` · `/settings/…` · `/away` · `/elders` · `/join/<token>` */
export const route = signal(current())
addEventListener('hashchange', () => {
  route.value = current()
})

export const go = (to: string): void => {
  location.hash = to
}
/** As `go`, and the address that was is forgotten. */
export function replace(to: string): void {
  history.replaceState(null, '', `#${to}`)
  route.value = to
}
export const alarmPath = (id: string): string => `/alarm/${encodeURIComponent(id)}`

/** What stands behind `/<place>/`; '' when nothing does. A broken escape is nothing. */
export function behind(place: string): string {
  const start = `/${place}/`
  if (!route.value.startsWith(start)) return ''
  try {
    return decodeURIComponent(route.value.slice(start.length))
  } catch {
    return ''
  }
}
