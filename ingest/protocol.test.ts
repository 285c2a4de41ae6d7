/** docs/protocol.md and docs/asyncapi.yaml name every topic and every field that the native decoder reads, and no other. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { upKinds, upTopic } from '../domain/topics.ts'
import { openNative } from './decoders/native.ts'
import { aDevice, messageOf } from './recorder.ts'

const prose = readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8')

type Schema = {
  type?: string
  oneOf?: Schema[]
  enum?: string[]
  minimum?: number
  $ref?: string
  required?: string[]
  properties?: Record<string, Schema>
}
type Document = {
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>
  operations: Record<string, { action: string; channel: { $ref: string } }>
  components: { messages: Record<string, { payload: Schema }>; schemas: Record<string, Schema> }
}
const document: Document = parse(readFileSync(new URL('../docs/asyncapi.yaml', import.meta.url), 'utf8'))

test('every kind of message is described in both', () => {
  const addresses = Object.values(document.channels).map(({ address }) => address)
  expect(addresses.sort()).toEqual([...upKinds.map((kind) => upTopic('{deviceId}', kind)), 'care/{deviceId}/reply'].sort())
  for (const kind of upKinds) expect(prose).toContain(`\`${kind}\``)
  const used = Object.values(document.operations).map(({ channel }) => channel.$ref.replace('#/channels/', ''))
  expect(used.sort()).toEqual(Object.keys(document.channels).sort())
})

function resolve(schema: Schema): Schema {
  const target = schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] : schema
  return target?.oneOf?.[0] ?? target ?? {}
}

function exampleOf(schema: Schema): unknown {
  const { type, enum: words, minimum } = resolve(schema)
  if (words) return words[0]
  if (type === 'boolean') return true
  if (type === 'number' || type === 'integer') return minimum ?? 1
  return 'text'
}

test('a payload made from the AsyncAPI file alone is understood, with each single field and with all', () => {
  const native = openNative()
  const sender = aDevice({ id: 'term-0001', number: 1 })
  for (const [name, channel] of Object.entries(document.channels)) {
    if (name === 'reply') continue
    const reference = Object.values(channel.messages)[0]?.$ref.split('/').at(-1) ?? ''
    const payload = document.components.messages[reference]?.payload ?? {}
    const fields = Object.entries(payload.properties ?? {}).filter(([field]) => field !== 'at' && field !== 'replay')
    const required = fields.filter(([field]) => payload.required?.includes(field))
    for (const chosen of [fields, ...fields.map((field) => [...required, field])]) {
      const body = Object.fromEntries(chosen.map(([field, schema]) => [field, exampleOf(schema)]))
      const decoded = native.decode(messageOf(channel.address.replace('{deviceId}', 'term-0001'), body), sender)
      expect([name, body, decoded.problem]).toEqual([name, body, null])
      expect(decoded.signals.length).toBeGreaterThan(0)
    }
  }
})
