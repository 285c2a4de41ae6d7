import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeConfig, readConfig, settings } from '../config.ts'
import { configurationPage } from '../docs/configuration.ts'

test('defaults are loopback, and the result cannot be changed', () => {
  const config = readConfig({ PATH: '/bin', HOME: '/root' })
  expect(config.ANLING_HOST).toBe('127.0.0.1')
  expect(() => Object.assign(config, { ANLING_HOST: '0.0.0.0' })).toThrow(TypeError)
})

test('a misspelt setting is an error that names it', () => {
  expect(() => readConfig({ ANLING_HTTP_PROT: '80' })).toThrow('ANLING_HTTP_PROT')
})

test('a wrong value is a sentence that names the setting', () => {
  expect(() => readConfig({ ANLING_HTTP_PORT: '70000' })).toThrow(/ANLING_HTTP_PORT/)
})

test('secrets and the path of the webhook are never shown', () => {
  const shown = JSON.stringify(
    describeConfig(readConfig({ ANLING_WEBHOOK_SECRET: 'whsec_c2VjcmV0', ANLING_WEBHOOK_URL: 'https://hooks.example.org/key/abc' })),
  )
  expect(shown).not.toContain('c2VjcmV0')
  expect(shown).not.toContain('/key/abc')
})

test('no setting that holds a secret shows it, whatever it is called', () => {
  const names = Object.keys(settings).filter((name) => /SECRET|TOKEN|PASSWORD|KEY|URL/.test(name) && name !== 'ANLING_INFLUX_RETRY_SECONDS')
  const given = Object.fromEntries(
    names.map((name) => [
      name,
      /URL/.test(name) ? 'https://someone:hidden-word@host.example.org/hidden-path?key=hidden-key' : 'hidden-word',
    ]),
  )
  const shown = describeConfig(readConfig(given))
  expect(names.length).toBeGreaterThan(12)
  expect(Object.keys(shown)).toEqual(expect.arrayContaining(names))
  expect(JSON.stringify(shown)).not.toMatch(/hidden/)
})

test('docs/configuration.md is what config.ts says', () => {
  expect(readFileSync(join(import.meta.dirname, '..', 'docs', 'configuration.md'), 'utf8')).toBe(configurationPage())
})
