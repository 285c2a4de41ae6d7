/** Which cards stand on the glass. The browser tells it after each frame; asked for places, it would lay the page out for the asking. */

/** Reported so far, and seen at the last report. */
const reported = new WeakSet<Element>()
const seen = new WeakSet<Element>()
const whole = new WeakSet<Element>()
const hearers = new WeakMap<Element, () => void>()
const listeners = new Set<() => void>()
/** A card of which less than this can be seen is not shown; from so much of it on it is whole. */
const [leastShare, wholeShare] = [0.1, 0.98]
let observer: IntersectionObserver | null = null

function onReport(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting, intersectionRatio } of entries) {
    reported.add(target)
    if (intersectionRatio >= wholeShare) whole.add(target)
    else whole.delete(target)
    if (!isIntersecting) seen.delete(target)
    else {
      seen.add(target)
      hearers.get(target)?.()
    }
  }
  for (const listener of listeners) listener()
}

/** Calls `onSeen` each time the element comes to be seen: after the frame that shows it, never in a hidden page. Returns what ends it. */
export function watchGlass(element: Element, onSeen: () => void): () => void {
  observer ??= new IntersectionObserver(onReport, { threshold: [leastShare, wholeShare] })
  hearers.set(element, onSeen)
  observer.observe(element)
  return () => {
    observer?.unobserve(element)
    hearers.delete(element)
    seen.delete(element)
    whole.delete(element)
  }
}

/** Scrolls it into sight where the last report did not see the whole of it. */
export function bringOnGlass(element: Element): void {
  if (!whole.has(element)) element.scrollIntoView({ block: 'nearest' })
}

export const isOnGlass = (element: Element): boolean => seen.has(element)

/** How many of these, the last ones of their list, are not seen. One that was just added and not reported yet does not count. */
export function belowGlass(elements: readonly Element[]): number {
  const last = elements.findLastIndex((element) => seen.has(element))
  return elements.slice(last + 1).filter((element) => reported.has(element)).length
}

/** Calls `listener` after every report; returns what ends it. */
export function onGlass(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
