/** The page without a network: its own files are kept, the newest whole set of them, and are there before the network is asked. */

const shelf = 'anling-family-shell'
const page = '/family'
/** Files beside the page that it names nowhere in its text. */
const besides = ['/family/icon-192.png', '/family/badge-96.png']

/** Fetches the page and everything it names; keeps them only when all of them came, so that half a version is never kept. */
export async function keepShell(): Promise<void> {
  const answer = await fetch(page, { cache: 'no-cache', credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`The page could not be fetched: ${answer.status}.`)
  const first = [...namedIn(await answer.clone().text()), ...besides]
  const cache = await caches.open(shelf)
  await addMissing(cache, first)
  const needed = [...first, ...(await fetchedLater(cache, first))]
  await addMissing(cache, needed)
  await cache.put(page, answer)
  await forget(cache, new Set([page, ...needed]))
}

const namedIn = (html: string): string[] =>
  (html.match(/(?:src|href)="\/[^"]+"/g) ?? []).map((found) => found.slice(found.indexOf('"') + 1, -1))

async function addMissing(cache: Cache, paths: readonly string[]): Promise<void> {
  const missing: string[] = []
  for (const path of new Set(paths)) if (!(await cache.match(path))) missing.push(path)
  await cache.addAll(missing)
}

/** Screens that the page's scripts fetch when they are wanted: they shall be there without a network too. */
async function fetchedLater(cache: Cache, paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const path of paths.filter((each) => each.endsWith('.js'))) {
    const text = (await (await cache.match(path))?.text()) ?? ''
    for (const [name] of text.matchAll(/[\w.-]+-[\w-]{8}\.(?:js|css)/g)) found.add(`/assets/${name}`)
  }
  return [...found]
}

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
