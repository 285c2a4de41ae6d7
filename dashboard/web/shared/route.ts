/** Where we are: the part of the address after `#`. Small enough to own. */
import { signal } from '@preact/signals'

/** What is reached by its name may also be typed as it is. */
const typed = () =>
  /^\/(wall|cockpit|admin|technician|account)(\/|$)/.test(location.pathname) ? `${location.pathname}${location.search}` : '/'
const current = () => location.hash.replace(/^#/, '') || typed()

/** `/` is the wall, `/alarm/<id>` the wall at one alarm; `/admin/<list>` the lists. */
export const route = signal(current())
addEventListener('hashchange', () => {
  route.value = current()
})

export const go = (to: string): void => {
  location.hash = to
}
