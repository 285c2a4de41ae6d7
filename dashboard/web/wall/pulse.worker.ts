/** A clock that hidden pages cannot slow down: the timers of a worker are not throttled as those of its page are. */
const tickMs = 500
const page = self as unknown as { postMessage(message: 'tick'): void }
setInterval(() => page.postMessage('tick'), tickMs)
