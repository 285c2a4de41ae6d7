/** The design is held by a test: who may import whom, sizes, and the calls that are banned. */
import { describe, expect, test } from 'vitest'
import { type Source, sources } from './tidy/source.ts'

const all = sources()
/** The files that join the parts of the platform. */
const inPlatform = (path: string) => path.startsWith('platform/')
const isTest = ({ path }: Source) => /^(test|bench)\/|\.(test|contract)\.ts$/.test(path)
const product = all.filter((source) => !isTest(source))

/** folder → what it may import besides itself: a folder, or one file. `main.ts`, tests and benches may import everything. */
const table: Record<string, readonly string[]> = {
  domain: [],
  bus: ['domain/', 'store/store.ts'],
  store: ['domain/'],
  alerts: ['domain/', 'store/store.ts', 'bus/bus.ts'],
  ingest: ['domain/', 'alerts/desk.ts', 'alerts/silence.ts', 'store/store.ts'],
  broker: ['domain/'],
  dashboard: ['domain/', 'alerts/desk.ts', 'alerts/silence.ts', 'store/store.ts', 'bus/bus.ts'],
  'devices-sim': ['domain/'],
  docs: ['config.ts'],
  // Joins them all; nothing but main.ts, tests and benches imports it.
  platform: [],
}
/** Files that join parts, and so may import everything. */
const joints = new Set([
  'main.ts',
  'devices-sim/demo.ts',
  'alerts/replay.ts',
  'alerts/watcher.ts',
  'store/influx/setup-tool.ts',
  'store/move-tool.ts',
])
/** Command-line tools: they may write to the console. */
const tools = new Set([
  'main.ts',
  'devices-sim/demo.ts',
  'devices-sim/sim.ts',
  'alerts/replay.ts',
  'alerts/watcher.ts',
  'broker/ca-tool.ts',
  'ingest/decode-tool.ts',
  'docs/configuration.ts',
  'store/influx/setup-tool.ts',
  'store/move-tool.ts',
  'store/audit-tool.ts',
])
const inWeb = ({ path }: Source) => path.startsWith('dashboard/web/')

describe('the design', () => {
  test('every folder imports only what the table allows', () => {
    const wrong = product
      .filter(({ path }) => path.includes('/') && !joints.has(path) && !inPlatform(path))
      .flatMap(({ path, imports }) => imports.filter((target) => !mayImport(path, target)).map((target) => `${path} imports ${target}`))
    expect(wrong).toEqual([])
  })

  test('there are no import cycles', () => {
    expect(cycles(all)).toEqual([])
  })

  test('every top-level folder that holds product code is in the table', () => {
    const folders = new Set(product.filter(({ path }) => path.includes('/')).map(({ path }) => path.split('/')[0] ?? ''))
    expect([...folders].filter((folder) => !(folder in table))).toEqual([])
  })
})

describe('sizes', () => {
  test('files have at most 300 lines', () => {
    expect(all.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })

  test('functions have at most 60 lines, 3 parameters and 3 levels of nesting', () => {
    const wrong = all.flatMap((source) =>
      source.functions
        .filter((f) => tooBig(f, isTest(source)))
        .map((f) => `${source.path}:${f.line} ${f.name}: ${f.lines} lines, ${f.parameters} parameters, nesting ${f.nesting}`),
    )
    expect(wrong).toEqual([])
  })

  test('most functions have fewer than 20 lines', () => {
    const sizes = product.flatMap(({ functions }) => functions)
    expect(sizes.filter(({ lines }) => lines < 20).length / sizes.length).toBeGreaterThan(0.85)
  })
})

describe('house style', () => {
  test('no `any`, and default exports only in configuration files', () => {
    expect(bans(all, (ban) => ban.startsWith('any'))).toEqual([])
    expect(
      bans(
        all.filter(({ path }) => !path.endsWith('.config.ts')),
        (ban) => ban.startsWith('default export'),
      ),
    ).toEqual([])
  })

  test('only the system clock reads the time, sets timers or rolls dice', () => {
    const bound = product.filter((source) => source.path !== 'domain/clock.ts' && !inWeb(source))
    expect(bans(bound, (ban) => ban.startsWith('clock'))).toEqual([])
  })

  test('only main.ts and command-line tools write to the console', () => {
    expect(
      bans(
        product.filter(({ path }) => !tools.has(path)),
        (ban) => ban.startsWith('console'),
      ),
    ).toEqual([])
  })

  test('every file opens with what it promises', () => {
    expect(
      product.filter(({ text, path }) => !path.endsWith('.config.ts') && !/^(#!.*\n)?\/[/*]/.test(text)).map(({ path }) => path),
    ).toEqual([])
  })

  test('nothing is silenced or left for later', () => {
    const marks = new RegExp(['TO', 'DO|FIX', 'ME|@ts-', 'ignore|@ts-', 'expect-error|biome-', 'ignore|\\.only', '\\('].join(''))
    expect(all.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([])
  })
})

function mayImport(from: string, target: string): boolean {
  const folder = from.split('/')[0] ?? ''
  return (
    target.startsWith(`${folder}/`) ||
    (table[folder] ?? []).some((allowed) => (allowed.endsWith('/') ? target.startsWith(allowed) : target === allowed))
  )
}

function tooBig(f: Source['functions'][number], inTest: boolean): boolean {
  const lines = inTest && f.callee === 'describe' ? 0 : f.lines
  return lines > 60 || f.parameters > 3 || f.nesting > 3
}

function bans(where: readonly Source[], which: (ban: string) => boolean): string[] {
  return where.flatMap(({ path, banned }) => banned.filter(which).map((ban) => `${path}: ${ban}`))
}

/** Import cycles between files, each named once by its files in order. */
function cycles(files: readonly Source[]): string[] {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]))
  const state = new Map<string, 'open' | 'done'>()
  const found: string[] = []
  const walk = (path: string, trail: readonly string[]) => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') return void found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    state.set(path, 'open')
    for (const target of graph.get(path) ?? []) walk(target, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of graph.keys()) walk(path, [])
  return found
}
