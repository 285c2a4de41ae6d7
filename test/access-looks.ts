/** Every look at somebody's data leaves a line of the record: whoever reads each page of the platform for the first time is written down each time. */
import { markOf, type Town } from './organisation.ts'

/** What was read under the name of its list a moment ago, of the same people, is no new look. */
const sharesItsLook = /^\/api\/fhir\/\w+\/\{id\}$/

/** Who people are: names, and the ids they are known by everywhere. */
const people = /王秀英|\bres-s\dx-\d/

/** The routes that told of somebody and left no line. */
export async function unrecorded({ ask, reader, platform }: Town, routes: readonly { path: string }[]): Promise<string[]> {
  const mark = markOf(0)
  const newest = async () => (await platform.accounts.auditPage({ siteIds: 'all', userIds: ['u-reader'], limit: 1 }))[0]?.id ?? 0
  const [alarm] = await platform.store.openAlarms([mark])
  const ids = [mark, `home-${mark}-1`, `res-${mark}-1`, `con-${mark}-1`, `btn-${mark}-1`, alarm?.id ?? '']
  const wrong: string[] = []
  let told = 0
  for (const { path } of routes.filter((route) => !sharesItsLook.test(route.path)))
    for (const id of path.includes('{') ? ids : ['']) {
      const url = path.replaceAll('{table}', 'residents').replaceAll(/\{\w+\}/g, encodeURIComponent(id))
      const before = await newest()
      const { statusCode, body } = await ask({ url: `${url}${queryOf(path, mark)}`, headers: reader })
      if (statusCode >= 300 || !people.test(body)) continue
      told += 1
      if ((await newest()) === before) wrong.push(`${url}: ${body.slice(0, 120)}`)
    }
  return told > 15 ? wrong : [...wrong, `only ${told} routes told of anybody`]
}

function queryOf(path: string, mark: string): string {
  if (path.startsWith('/api/fhir/')) return `?patient=res-${mark}-1`
  return path === '/api/residents' ? '?name=SECRET' : ''
}
