/** Forms that the makers' own documents show and nobody here has heard on the air yet: each is read as it is meant. `npm run decode` reads the same file. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judge } from '../judge.ts'
import { aDevice, messageOf } from '../recorder.ts'
import { readSample, sampleSchema } from '../sample.ts'
import { openWatch } from './watch.ts'

const lines = readFileSync(new URL('variants.fixture.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')

describe('variants of the families', () => {
  for (const [place, text] of lines.entries()) {
    const sample = sampleSchema.parse(JSON.parse(text))
    test(`line ${place + 1}: ${sample.family} ${sample.device}`, () => {
      expect(judge(sample, readSample(sample)).wrong).toEqual([])
    })
  }
})

test('a watch that tells the bit of its call in every report has called once, until the bit was gone', () => {
  const watch = openWatch()
  const sender = aDevice({ id: 'gateway', number: 1, family: 'watch' })
  const said = (command: string, bits: string) => {
    const frame = `[3G*6907919734*003e*${command},170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,0,${bits},0,0,0]`
    return watch.decode(messageOf('watch', frame), sender).signals.filter(({ kind }) => kind === 'sos').length
  }
  const calls = [said('UD', '00010000'), said('UD', '00010000'), said('UD', '00000000'), said('AL', '00010000'), said('UD', '00010000')]
  expect(calls).toEqual([1, 0, 0, 1, 0])
  expect(said('AL', '00010000')).toBe(1)
})
