/** Payloads of real devices, when the collection of samples lies beside the repository: each must be read as it was meant, and never as what it must not be. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judge } from '../judge.ts'
import { readSample, type Sample, sampleSchema } from '../sample.ts'

const file = new URL('../../../shared/device-samples.ndjson', import.meta.url)
const present = existsSync(file)

const samples: { line: number; sample: Sample }[] = present
  ? readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((text, place) => (text === '' ? [] : [{ line: place + 1, sample: sampleSchema.parse(JSON.parse(text)) }]))
  : []

describe('real payloads of the samples file', () => {
  test.skipIf(!present)('it has samples of every family (skipped where the collection does not lie beside this repository)', () =>
    expect(samples.length).toBeGreaterThan(150),
  )
  for (const { line, sample } of samples)
    test(`line ${line}: ${sample.family} ${sample.device}, ${sample.meaning?.kind}`, () => {
      const read = readSample(sample)
      expect(judge(sample, read).wrong).toEqual([])
      expect(read.signals.every(({ origin }) => origin !== 'retained') || sample.retain).toBe(true)
    })
})
