/** What a desk must fetch before it is there: small, since the cheapest machine of a centre runs it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = join(import.meta.dirname, '..', 'dist')

test('the first script of the desk is at most 90,000 bytes, packed', () => {
  if (!existsSync(join(dist, 'index.html')))
    throw new Error('The screens are not built. `npm test` builds them; or run `npx vite build dashboard/web`.')
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path = '']) => path)
  expect(scripts.length).toBeGreaterThan(0)
  const bytes = scripts.map((path) => gzipSync(readFileSync(join(dist, path))).length)
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(90_000)
})
