/** Reads the project's own source for the tidy test: files, imports, functions with their sizes. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseAst } from 'vite'

export const root = join(import.meta.dirname, '..', '..')

type Node = { type: string; start: number; end: number; [key: string]: unknown }

export type FunctionSize = { name: string; line: number; lines: number; parameters: number; nesting: number; callee: string }
export type Source = {
  path: string
  text: string
  lines: number
  imports: readonly string[]
  functions: readonly FunctionSize[]
  banned: readonly string[]
}

/** Every TypeScript file git knows or would add, by its path from the root. */
export function sources(): Source[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: root,
    encoding: 'utf8',
  })
  return [...new Set(listed.split('\n'))].filter((path) => path !== '' && existsSync(join(root, path))).map(readSource)
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  const tree = parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node
  const found: Findings = { imports: [], functions: [], banned: [], lineOf: lineCounter(text), path }
  visit(tree, null, found)
  return { path, text, lines: text.split('\n').length - 1, imports: found.imports, functions: found.functions, banned: found.banned }
}

type Findings = { imports: string[]; functions: FunctionSize[]; banned: string[]; lineOf: (offset: number) => number; path: string }

function lineCounter(text: string): (offset: number) => number {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const nestingTypes = new Set([
  'IfStatement',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'TryStatement',
])

function visit(node: Node, parent: Node | null, found: Findings): void {
  if (functionTypes.has(node.type)) found.functions.push(measure(node, parent, found))
  noteImport(node, found)
  const banned = bannedIn(node)
  if (banned) found.banned.push(`${banned} (line ${found.lineOf(node.start)})`)
  for (const child of children(node)) visit(child, node, found)
}

function noteImport(node: Node, found: Findings): void {
  if (!['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'].includes(node.type)) return
  const from = (node.source as { value?: unknown } | null)?.value
  if (typeof from === 'string' && from.startsWith('.')) found.imports.push(relative(root, join(root, dirname(found.path), from)))
}

function measure(node: Node, parent: Node | null, found: Findings): FunctionSize {
  const line = found.lineOf(node.start)
  const name = (node.id as { name?: string } | null)?.name ?? nameFrom(parent)
  const callee = parent?.type === 'CallExpression' ? ((parent.callee as { name?: string }).name ?? '') : ''
  return {
    name,
    line,
    lines: found.lineOf(node.end) - line + 1,
    parameters: (node.params as Node[]).length,
    nesting: nestingOf(node.body as Node),
    callee,
  }
}

function nameFrom(parent: Node | null): string {
  const named = (parent?.id ?? parent?.key) as { name?: string } | undefined
  return named?.name ?? '(anonymous)'
}

/** The deepest nesting of control statements, not counting those of functions inside; `else if` is a step beside, not below. */
function nestingOf(node: Node): number {
  if (functionTypes.has(node.type)) return 0
  const below = children(node).map((child) => {
    const elseIf = node.type === 'IfStatement' && child === node.alternate && child.type === 'IfStatement'
    return nestingOf(child) - (elseIf ? 1 : 0)
  })
  return Math.max(0, ...below) + (nestingTypes.has(node.type) ? 1 : 0)
}

function children(node: Node): Node[] {
  const found: Node[] = []
  for (const [key, value] of Object.entries(node)) {
    if (key === 'parent') continue
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && typeof item === 'object' && typeof (item as Node).type === 'string') found.push(item as Node)
    }
  }
  return found
}

const clockCalls = new Set(['Date.now', 'Math.random', 'performance.now', 'setTimeout', 'setInterval'])

/** The name of the rule this node breaks, or null. */
function bannedIn(node: Node): string | null {
  if (node.type === 'TSAnyKeyword') return 'any'
  if (node.type === 'ExportDefaultDeclaration') return 'default export'
  if (node.type === 'NewExpression' && (node.callee as { name?: string }).name === 'Date' && (node.arguments as Node[]).length === 0)
    return 'clock: new Date()'
  if (node.type !== 'CallExpression') return null
  const callee = calleeName(node.callee as Node)
  if (clockCalls.has(callee)) return `clock: ${callee}`
  return callee.startsWith('console.') ? `console: ${callee}` : null
}

function calleeName(callee: Node): string {
  if (callee.type === 'Identifier') return String(callee.name)
  if (callee.type !== 'MemberExpression') return ''
  return `${(callee.object as { name?: string }).name ?? ''}.${(callee.property as { name?: string }).name ?? ''}`
}
