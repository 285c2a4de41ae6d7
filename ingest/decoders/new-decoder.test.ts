/** The decoder that docs/new-decoder.md shows to others, taken from the page as it stands: it runs, it is twenty lines, and its samples mean what they say. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { aDevice, firstMoment } from '../recorder.ts'
import type { Decoder } from './decoder.ts'

const page = readFileSync(new URL('../../docs/new-decoder.md', import.meta.url), 'utf8')
const code = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? ''

async function opened(): Promise<Decoder> {
  const folder = mkdtempSync(join(tmpdir(), 'anling-decoder-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'example.ts')
  writeFileSync(file, code.replaceAll("'./decoder.ts'", `'${join(import.meta.dirname, 'decoder.ts')}'`))
  const { openExample }: { openExample: () => Decoder } = await import(pathToFileURL(file).href)
  return openExample()
}

test('the decoder of the page reads its samples, and nothing that is none', async () => {
  const decoder = await opened()
  const sender = aDevice({ id: 'gateway', number: 1, base: 'ex', role: 'gateway', key: '' })
  const heard = (topic: string, payload: string) =>
    decoder.decode(
      { senderId: 'gateway', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false, receivedAt: firstMoment },
      sender,
    )
  const sample = JSON.parse(/`(\{"family":"example".*?\})`/.exec(page)?.[1] ?? '')
  expect(heard(sample.topic, JSON.stringify(sample.payload)).signals).toMatchObject([
    { deviceKey: 'a1b2c3d4e5f6', kind: 'heartbeat', origin: 'live' },
    { kind: sample.meaning.kind, value: 'long' },
  ])
  expect(heard(sample.topic, '{"batt":"88"}').signals).toMatchObject([{ kind: 'heartbeat' }, { kind: 'battery', value: 88 }])
  expect(heard(sample.topic, 'nonsense').problem?.reason).toBe('undecodable')
  expect(heard('ex/else', '{}').problem?.reason).toBe('unknown-topic')
})

test('it is about twenty lines', () => {
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(22)
})
