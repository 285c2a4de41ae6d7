/** Each language with the signs of its own: read from the source of every dictionary and message, so that no word needs a page to be found wrong on. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAst } from 'vite'
import { expect, test } from 'vitest'

const web = join(import.meta.dirname, '..', '..')
const root = join(web, '..', '..')
type Node = { type: string; [key: string]: unknown }
type Said = { path: string; language: 'zh' | 'en'; text: string }

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** en, adminEn, more-en.ts: English by its name; everything else of a dictionary is Chinese. */
const languageNamed = (name: string): Said['language'] | null =>
  /(?:^en|En|-en)$/.test(name) ? 'en' : /(?:^zh|Zh|-zh)$/.test(name) ? 'zh' : null

const nameOf = (node: unknown): string => (isNode(node) ? String(node.name ?? node.value ?? '') : '')

/** What a word is found by (a key) is not said. */
const childrenOf = (node: Node): Node[] =>
  Object.entries(node).flatMap(([key, value]) => (key === 'key' ? [] : [value].flat().filter(isNode)))

/** Every text of a file, with the language of the nearest thing around it that is named after one. A gap of a template is one letter. */
function textsOf(path: string, around: Said['language'] | null = null): Said[] {
  const said: Said[] = []
  const file = relative(root, path)
  const walk = (node: Node, language: Said['language'] | null): void => {
    const here = languageNamed(nameOf(node.id)) ?? (node.type === 'Property' ? languageNamed(nameOf(node.key)) : null) ?? language
    const text = textOf(node)
    if (here && text !== null) said.push({ path: file, language: here, text })
    for (const child of childrenOf(node)) walk(child, here)
  }
  const tree: unknown = parseAst(readFileSync(path, 'utf8'), { lang: path.endsWith('x') ? 'tsx' : 'ts' })
  if (isNode(tree)) walk(tree, languageNamed(path.replace(/\.tsx?$/, '')) ?? around)
  return said
}

function textOf(node: Node): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return null
  return node.quasis.map((part: { value: { cooked: string } }) => part.value.cooked).join('\u25a1')
}

const sourcesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/^dist\/|\.(?:test|contract)\./.test(path))
    .map((path) => join(folder, path))
const all = sourcesIn(web).flatMap((path) => textsOf(path))
/** What is written to telephones and said by terminals: whatever has Chinese letters in it is Chinese. */
const messages = ['alerts', 'broker']
  .flatMap((folder) => sourcesIn(join(root, folder)))
  .flatMap((path) => textsOf(path, 'zh'))
  .filter(({ text }) => /\p{Script=Han}/u.test(text))

test('the dictionaries are found', () => {
  expect(all.filter(({ language }) => language === 'en').length).toBeGreaterThan(1_500)
  expect(all.filter(({ language }) => language === 'zh').length).toBeGreaterThan(1_500)
  expect(messages.length).toBeGreaterThan(60)
})

test('English has no full-width signs', () => {
  const wrong = all.filter(({ language, text }) => language === 'en' && /[\u3001-\u3011\uff01-\uff5e]/.test(text))
  expect(wrong).toEqual([])
})

test('between Chinese words no sign is half as wide', () => {
  const wrong = [...all, ...messages].filter(
    ({ language, text }) =>
      language === 'zh' && /\p{Script=Han}[,;:!?(] ?[\p{Script=Han}□]|(?:□|^)[,;:!?] ?\p{Script=Han}|\p{Script=Han}\(/u.test(text),
  )
  expect(wrong).toEqual([])
})
