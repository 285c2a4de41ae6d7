/** Promises that no page of the repository points nowhere: every relative link of README.md and docs/ leads to a file that exists. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })]

/** The relative targets of a page's links and pictures, without fenced code, web addresses and places within a page. */
function targetsOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*$/, ''))
  return targets.filter((target) => target !== '' && !/^[a-z]+:/i.test(target))
}

test('every relative link of the README and the docs leads to a file', () => {
  const links = pages.flatMap((page) => targetsOf(readFileSync(join(root, page), 'utf8')).map((target) => ({ page, target })))
  const broken = links.filter(({ page, target }) => !existsSync(join(root, dirname(page), target)))
  expect(links.length).toBeGreaterThan(20)
  expect(broken).toEqual([])
})
