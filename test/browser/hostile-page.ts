/** What a page has made of the texts on it: what came alive, and what can be read. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parse } from 'csv-parse/sync'
import type { APIRequestContext, Page } from 'playwright-core'
import { tableNames } from '../../dashboard/server/schemas.ts'
import type { Stage } from './stage.ts'

/** What came alive of it: a script that ran, or a part of the page that only the text can have made. */
export const alive = (page: Page): Promise<string[]> =>
  page.evaluate(() => [
    ...('hackedBy' in globalThis ? [`a script ran: ${String(Reflect.get(globalThis, 'hackedBy'))}`] : []),
    ...[...document.querySelectorAll('img[src="x"], svg[onload], [onerror], [onclick], [href^="javascript:" i], b')]
      .filter((element) => element.matches(':not(b)') || element.innerHTML === 'x')
      .map((element) => element.outerHTML.slice(0, 80)),
  ])

/** All that can be read or typed over on the page. */
export const textOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map(({ value }) => value)
    const more = ['title', 'aria-label', 'placeholder', 'alt'].flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name)),
    )
    return [document.body.textContent, ...fields, ...more].join('\n')
  })

/**
 * Until the page has nothing to do and what it asked for is there, several times in a row: on a busy machine a page that was told to change has for
 * a while asked for nothing yet. Live connections never end.
 */
export function followRequests(page: Page): () => Promise<void> {
  const open = new Set<object>()
  page.on('request', (request) => {
    if (!/socket\.io|live/.test(request.url())) open.add(request)
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return async () => {
    for (let quiet = 0; quiet < 4; quiet = open.size === 0 ? quiet + 1 : 0) {
      await page.waitForTimeout(40)
      await drawn(page)
    }
  }
}

/** When the page's own thread has drawn a frame, with what follows from it; a page that is not shown draws none. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        setTimeout(resolve, 150)
        requestAnimationFrame(() => setTimeout(resolve))
      }),
  )

const formula = /^[=+\-@\t\r]/
type Operation = { parameters?: readonly { name: string }[] }
type Place = { siteId: string; residents: readonly string[]; terminals: readonly string[] }

/** Every spreadsheet that the API gives, found by its own description: the cells that a spreadsheet would run, and routes that gave none. */
export async function formulasIn(request: APIRequestContext, origin: string, place: Place): Promise<string[]> {
  const { paths }: { paths: Record<string, { get?: Operation }> } = await (await request.get(`${origin}/api/openapi.json`)).json()
  const isSheet = ([path, { get }]: [string, { get?: Operation }]) =>
    get !== undefined && (/csv|export/.test(path) || get.parameters?.some(({ name }) => name === 'format'))
  const urls = Object.entries(paths)
    .filter(isSheet)
    .flatMap(([path]) => {
      const id = path.includes('/sites/') ? place.siteId : path.includes('/devices/') ? place.terminals[0] : place.residents[0]
      const tables = path.includes('{table}') ? tableNames : ['']
      return tables.map((table) => `${path.replace('{table}', table).replace('{id}', encodeURIComponent(id ?? ''))}`)
    })
  const wrong = await Promise.all(
    urls.map(async (url) => {
      const withFormat = /csv|export/.test(url) ? url : `${url}?format=csv`
      const answer = await request.get(`${origin}${withFormat}`)
      if (!answer.ok() || !answer.headers()['content-type']?.startsWith('text/csv')) return [`${url}: no spreadsheet`]
      const rows: string[][] = parse(await answer.text(), { bom: true, relax_column_count: true })
      return rows.flat().flatMap((cell) => (formula.test(cell) ? [`${url}: ${cell}`] : []))
    }),
  )
  return wrong.flat()
}

/** Twenty minutes, so that somebody has to ask after everybody. */
export async function outage(stage: Stage): Promise<void> {
  await stage.victim.kill()
  const file = new DatabaseSync(join(stage.dataDir, 'care.db'))
  file.prepare('update alive set at = at - ?').run(1_200_000)
  file.close()
  await stage.victim.start()
}
