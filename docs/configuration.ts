/** Writes docs/configuration.md from config.ts: `npm run docs:configuration`. A test keeps the page true. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { settings } from '../config.ts'

/** The page, as it must stand in the repository. */
export function configurationPage(): string {
  const rows = Object.entries(settings).map(([name, schema]) => `| \`${name}\` | ${shownDefault(schema)} | ${schema.description ?? ''} |`)
  return [
    '# Configuration',
    '',
    'Generated from `config.ts` by `npm run docs:configuration`. Settings come from the environment only; an unknown `ANLING_…` name is an error.',
    'Care rules and plans are data, edited in the dashboard and journaled; they are not here.',
    '',
    '| Setting | Default | Meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function shownDefault(schema: z.ZodType): string {
  const parsed = z.safeParse(schema, undefined)
  if (!parsed.success || parsed.data === undefined) return ''
  return parsed.data === '' ? '(empty)' : `\`${String(parsed.data)}\``
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, 'configuration.md'), configurationPage())
  console.log('docs/configuration.md written')
}
