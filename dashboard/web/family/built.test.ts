/** What a telephone must fetch before the family's page is there: small, readable by browsers of 2020, and nothing that the policy would forbid. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseAst } from 'vite'
import { beforeAll, expect, test } from 'vitest'

const dist = join(import.meta.dirname, '..', 'dist')
const read = (path: string) => readFileSync(join(dist, path))
let html = ''

beforeAll(() => {
  if (!existsSync(join(dist, 'family', 'index.html'))) {
    throw new Error('The screens are not built. `npm test` builds them; or run `npx vite build dashboard/web`.')
  }
  html = read('family/index.html').toString()
})

const scripts = () => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path = '']) => path)

test('the first script is at most 30 KB, packed', () => {
  expect(scripts().length).toBeGreaterThan(0)
  const bytes = scripts().map((path) => gzipSync(read(path)).length)
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(30_000)
})

test('no word of a language that telephones of 2020 do not know', () => {
  const newer =
    /\?\?=|\|\|=|&&=|\.replaceAll\(|\.at\(-|\.findLast\(|\.toSorted\(|\.hasOwn\(|structuredClone|AbortSignal\.(?:timeout|any)|\.withResolvers|ListFormat/
  const lazy = scripts().flatMap((path) =>
    [
      ...read(path)
        .toString()
        .matchAll(/more-[\w-]+\.js/g),
    ].map(([name]) => `/assets/${name}`),
  )
  expect(lazy.length).toBeGreaterThan(0)
  const found = [...new Set([...scripts(), ...lazy, '/family-sw.js'])].flatMap((path) => newer.exec(read(path).toString())?.[0] ?? [])
  expect(found).toEqual([])
})

test('nothing is written into the page itself, and nothing comes from elsewhere', () => {
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/)
  expect(html).not.toMatch(/(?:src|href)="(?!\/)/)
})

test('the service worker stands alone, for browsers that know no modules there', () => {
  const { body } = parseAst(read('family-sw.js').toString())
  expect(body.filter(({ type }) => /^(Import|Export)/.test(type))).toEqual([])
})

test('all that the manifest names is there', () => {
  const manifest: { icons: { src: string; sizes: string }[] } = JSON.parse(read('family/manifest.webmanifest').toString())
  for (const { src, sizes } of manifest.icons) {
    const bytes = read(src)
    // Width and height stand at 16 in a PNG.
    if (src.endsWith('.png')) expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes)
  }
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']))
})
