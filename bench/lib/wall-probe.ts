/** Looks over the shoulder of the wall in a real browser: when a fact arrived, when its card was painted, and how busy the main thread is. */
import type { CDPSession, Page } from 'playwright-core'

/** What the page noted. Milliseconds; `whole` begins when the server received the press, by the clock both share. */
export type Noted = {
  painted: readonly { socket: number; whole: number }[]
  /** From the socket to the moment at which the browser itself says that the card was shown (Element Timing, `renderTime`). */
  shown: readonly number[]
  frames: number
  longTasks: readonly number[]
  /** Since the navigation began. */
  snapshotAt: number
  firstPaintAt: number
  snapshotText: number
}

/**
 * Runs in the page before its own scripts. A fact has arrived when the socket hands it over; it is painted when the wall itself says so to
 * the server, which it does after the frame that holds the card.
 */
const probe = `(() => {
  const noted = { marking: true, painted: [], shown: [], frames: 0, longTasks: [], snapshotAt: 0, firstPaintAt: 0, snapshotText: 0 }
  const arrived = new Map()
  const named = new Map()
  const Native = WebSocket
  const hear = (text) => {
    if (text.startsWith('42["facts"')) {
      const now = performance.now()
      for (const fact of JSON.parse(text.slice(2))[1])
        if (noted.marking && fact.kind === 'alarm-raised') {
          arrived.set(fact.alarm.alarm.id, { now, at: fact.at })
          named.set(fact.alarm.place.person, now)
        }
    } else if (text.startsWith('43') && noted.snapshotAt === 0 && text.slice(0, 40).includes('"snapshot"')) {
      noted.snapshotAt = performance.now()
      noted.snapshotText = text.length
    }
  }
  window.WebSocket = class extends Native {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', ({ data }) => typeof data === 'string' && hear(data))
    }
    send(data) {
      super.send(data)
      if (typeof data !== 'string' || !data.startsWith('42["painted"')) return
      const { alarmId } = JSON.parse(data.slice(2))[1]
      const from = arrived.get(alarmId)
      // The memory of the meter is not the wall's.
      arrived.delete(alarmId)
      if (from) noted.painted.push({ socket: performance.now() - from.now, whole: Date.now() - from.at })
    }
  }
  // Each home calls once, so the name on a new card says whose call it shows.
  const mark = (node) => {
    if (!noted.marking || !(node instanceof Element)) return
    for (const place of node.querySelectorAll('.alarm .place > span')) {
      const name = [...named.keys()].find((each) => place.textContent.endsWith(each) || place.textContent.includes(each + ' '))
      if (name) place.setAttribute('elementtiming', name)
    }
  }
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach(mark)
  }).observe(document, { childList: true, subtree: true })
  new PerformanceObserver((list) => {
    for (const { identifier, renderTime } of list.getEntries()) {
      if (!named.has(identifier)) continue
      noted.shown.push(renderTime - named.get(identifier))
      named.delete(identifier)
    }
  }).observe({ type: 'element', buffered: true })
  new PerformanceObserver((list) => noted.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ['longtask'] })
  const frame = () => {
    noted.frames += 1
    if (noted.firstPaintAt === 0 && noted.snapshotAt > 0 && document.querySelector('.homes canvas')) {
      noted.firstPaintAt = -1
      requestAnimationFrame(() => requestAnimationFrame(() => { noted.firstPaintAt = performance.now() }))
    }
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  window.wallProbe = noted
})()`

export type Probe = {
  /** Calls are no longer timed: what the browser keeps of a timed card is not the wall's memory. */
  rest(): Promise<void>
  noted(): Promise<Noted>
  /** Seconds the main thread was at work since the page was opened. */
  busySeconds(): Promise<number>
}

/** Watches `page`, which is opened afterwards, on a processor that is slowed down `slower` times. */
export async function openProbe(page: Page, slower: number): Promise<Probe> {
  await page.addInitScript({ content: probe })
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  return {
    noted: () => page.evaluate('window.wallProbe') as Promise<Noted>,
    rest: () => page.evaluate('window.wallProbe.marking = false').then(() => undefined),
    async busySeconds() {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
    },
  }
}
