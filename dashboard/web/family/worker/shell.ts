/** The page without a network: its own files are kept, the newest whole set of them, and are there before the network is asked. */

const shelf = 'anling-family-shell'
const page = '/family'
/** Files beside the page that it names nowhere in its text. */
const besides = ['/family/icon-192.png', '/family/badge-96.png']

/** Fetches the page and everything it names; keeps them only when all of them came, so that half a version is never kept. */
export async function keepShell(): Promise<void> {
  const answer = await fetch(page, { cache: 'no-cache', credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`The page could not be fetched: ${answer.status}.`)
  const text = await answer.clone().text()
  const needed = [...namedIn(text), ...besides]
  const cache = await caches.open(shelf)
  const missing: string[] = []
  for (const path of needed) if (!(await cache.match(path))) missing.push(path)
  await cache.addAll(missing)
  await cache.put(page, answer)
  await forget(cache, new Set([page, ...needed]))
}

const namedIn = (html: string): string[] =>
  (html.match(/(?:src|href)="\/[^"]+"/g) ?? []).map((found) => found.slice(found.indexOf('"') + 1, -1))

async function forget(cache: Cache, needed: ReadonlySet<string>): Promise<void> {
  for (const request of await cache.keys()) if (!needed.has(new URL(request.url).pathname)) await cache.delete(request)
}

/** True for the page's own addresses and files; the API and the centre's pages are none of ours. */
export function isShell(request: Request, origin: string): boolean {
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== origin || url.pathname.startsWith('/api/')) return false
  return request.mode === 'navigate'
    ? url.pathname === page || url.pathname.startsWith(`${page}/`)
    : /^\/(assets|family)\//.test(url.pathname)
}

/** From the shelf first; what is not there comes from the network. */
export async function fromShelf(request: Request): Promise<Response> {
  const cache = await caches.open(shelf)
  const kept = await cache.match(request.mode === 'navigate' ? page : request, { ignoreSearch: true })
  return kept ?? fetch(request)
}
