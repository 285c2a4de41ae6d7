/** Whatever the server refuses, the screens say it in the reader's language: a code without words would show an English sentence to everybody. */
import { globSync, readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { refusalsZh } from './refusals-zh.ts'

const server = `${import.meta.dirname}/../../../server/`
/** They answer programs, or say what is well and not; relatives have words of their own. */
const forNoDesk = /^(ways-in|api-keys-gate|health|platform-health|family\/(joining|needs|reaching))\.ts$/
/** Said by the page that they are for, in its own words; a profile's mistake is told with its place in the text. */
const ownWords: ReadonlySet<string> = new Set(['already-open', 'no-consent', 'bad-map', 'bad-profile'])

test('every code that a desk can meet has words', () => {
  const files = globSync('**/*.ts', { cwd: server }).filter((path) => !/\.(test|contract)\.ts$/.test(path) && !forNoDesk.test(path))
  const codes = files.flatMap((path) =>
    [...readFileSync(`${server}${path}`, 'utf8').matchAll(/refuse\(\s*\d+,\s*'([a-z-]+)'|code: '([a-z-]+)', message/g)].map(
      ([, thrown, given]) => thrown ?? given ?? '',
    ),
  )
  expect(codes.length).toBeGreaterThan(60)
  expect([...new Set(codes)].filter((code) => code !== 'bad-request' && !ownWords.has(code) && !(code in refusalsZh))).toEqual([])
})

test('a mistake in a form is told in Chinese on a Chinese screen', async () => {
  vi.stubGlobal('document', { documentElement: {} })
  const { refusalText } = await import('./i18n.ts')
  const refused = { code: 'bad-request', message: 'residentId: lives at another site' }
  expect(refusalText(refused)).toBe(refusalsZh['not-right'])
})
