/** The keyboard's way through the levels: arrows from place to place, Escape or Backspace up, and the focus where it was when a list is drawn anew. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { go } from '../shared/route.ts'
import { homeBeside } from '../wall/layout.ts'
import { routeOf, type Spot } from './levels.ts'

/** How a place is known among the links of a page: `data-place`. */
export const placeKey = (path: readonly string[]): string => path.map((part) => (part === '' ? '%' : encodeURIComponent(part))).join('/')
const holds = (place: string, inside: string): boolean => place === inside || inside.startsWith(`${place}/`)

const kinds = { map: '.area-map [data-place]', tiles: '.tiles [data-place]', homes: '.walker' } as const
type Kind = keyof typeof kinds
/** Where the focus is, or shall be as soon as it is drawn: at this place, at the one that holds `from`, or at the first. */
type Wish = { kind: Kind; place?: string; from?: string }

type Link = HTMLElement | SVGElement
const linksOf = (kind: Kind): readonly Link[] => [...document.querySelectorAll<Link>(kinds[kind])]
const keyOf = (link: Link): string => link.dataset.place ?? ''

/** The link that was wished for; of a place in the other list where it is not in this one. */
function found({ kind, place, from }: Wish): Link | undefined {
  const order: readonly Kind[] = kind === 'homes' ? ['homes'] : [kind, 'tiles', 'map']
  const isIt = (link: Link) => (place !== undefined ? keyOf(link) === place : from === undefined || holds(keyOf(link), from))
  return order.flatMap(linksOf).find(isIt)
}

const kindOf = (link: Element): Kind | undefined => (Object.keys(kinds) as Kind[]).find((kind) => link.matches(kinds[kind]))

/** `up`: one level up; null at the top. */
export function useWay(spot: Spot, up: Spot | null): void {
  const wish = useRef<Wish | null>(null)
  const upwards = useRef(up)
  upwards.current = up
  useEffect(() => {
    const restore = () => {
      if (wish.current && document.activeElement === document.body) found(wish.current)?.focus()
    }
    const onFocus = ({ target }: FocusEvent) => {
      const link = target instanceof Element ? target : null
      const kind = link && kindOf(link)
      wish.current = link && kind ? { kind, place: keyOf(link as Link) } : null
    }
    const onPointer = () => {
      wish.current = null
    }
    const onKey = (event: KeyboardEvent) => act(event, upwards.current)
    // A list in another order moves its links, and one that is moved or drawn anew has lost the focus.
    const drawn = new MutationObserver(restore)
    drawn.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('pointerdown', onPointer)
    document.addEventListener('keydown', onKey)
    return () => {
      drawn.disconnect()
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('pointerdown', onPointer)
      document.removeEventListener('keydown', onKey)
    }
  }, [])
  usePlaces(spot, wish)
}

/** Down: to the first place of the same kind. Up: to where one came from, in the list in which one went down. */
function usePlaces(spot: Spot, wish: { current: Wish | null }): void {
  const here = placeKey(spot.path)
  const isHomes = spot.homes || spot.path.length > 4
  const last = useRef({ place: here, kinds: new Map<string, Kind>() })
  useLayoutEffect(() => {
    const { place: from, kinds: before } = last.current
    if (from === here) return
    const was = wish.current?.kind ?? 'tiles'
    before.set(from, was)
    last.current.place = here
    const kind = isHomes ? 'homes' : was === 'homes' ? 'tiles' : was
    const isUp = here === '' || holds(here, from)
    wish.current = isUp ? { kind: before.get(here) ?? kind, from } : { kind }
    if (document.activeElement === document.body) found(wish.current)?.focus()
  }, [here, isHomes])
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function act(event: KeyboardEvent, up: Spot | null): void {
  const { key, target } = event
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return
  if (!(target instanceof Element) || target.closest('input, textarea, select, dialog')) return
  const step = steps[key]
  const next = step && beside(target, step)
  if (next) next.focus()
  else if (up && (key === 'Escape' || key === 'Backspace')) go(routeOf(up))
  else return
  event.preventDefault()
}

/** The nearest place on that side, as they lie on the screen. */
function beside(from: Element, step: readonly [number, number]): Link | undefined {
  const kind = kindOf(from)
  if (!kind || kind === 'homes') return undefined
  const links = linksOf(kind)
  const middles = links
    .map((link) => link.getBoundingClientRect())
    .map(({ x, y, width, height }) => [x + width / 2, y + height / 2] as const)
  const at = homeBeside(
    { xs: middles.map(([x]) => x), ys: middles.map(([, y]) => y), pitch: 2 },
    links.findIndex((link) => link.isSameNode(from)),
    step,
  )
  return links[at]
}
