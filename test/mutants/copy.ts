/** A copy of the whole tree in which a mistake can be made on purpose. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

export type Mistake = { file: string; from: string; to: string }
export type Ran = { code: number | null; output: string }

export type Copy = {
  folder: string
  /** Makes the mistakes, does `work`, and takes them back. Throws when a place is not found exactly once: then the mutant must be written anew. */
  withMistakes<T>(mistakes: readonly Mistake[], work: () => Promise<T>): Promise<T>
  /** Runs one of the copy's programs with the project's Node. */
  run(args: readonly string[]): Promise<Ran>
  discard(): void
}

const leftOut = new Set(['node_modules', '.git', 'data', '.ci'])

export function openCopy(): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'anling-mutant-'))
  cpSync(root, folder, { recursive: true, filter: (path) => relative(root, path) === '' || !leftOut.has(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return {
    folder,
    async withMistakes(mistakes, work) {
      const whole = mistakes.map(({ file }) => ({ path: join(folder, file), text: readFileSync(join(folder, file), 'utf8') }))
      try {
        for (const mistake of mistakes) make(folder, mistake)
        return await work()
      } finally {
        for (const { path, text } of whole) writeFileSync(path, text)
      }
    },
    run: (args) => run(folder, args),
    discard: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function make(folder: string, { file, from, to }: Mistake): void {
  const path = join(folder, file)
  const parts = readFileSync(path, 'utf8').split(from)
  if (parts.length !== 2)
    throw new Error(`${file} has changed: the place of the mutant is there ${parts.length - 1} times. Write the mutant anew.`)
  writeFileSync(path, parts.join(to))
}

function run(folder: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: Buffer.concat(said).toString() }))
  })
}
