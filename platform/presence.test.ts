/** Whose connection ended is missed; who is back, sleeps or promised nothing is not. */
import { expect, test } from 'vitest'
import { aDevice, firstMoment } from '../ingest/recorder.ts'
import { followPresence } from './presence.ts'

const devices = [
  aDevice({ id: 'term-1', number: 1, power: 'mains' }),
  aDevice({ id: 'term-2', number: 2, power: 'mains' }),
  aDevice({ id: 'sleeper', number: 3, power: 'battery' }),
  aDevice({ id: 'silent-by-nature', number: 4, power: 'mains', heartbeatSeconds: null }),
]

function open() {
  const departures = new Map()
  const silence = { departures, left: ({ number }: { number: number }) => void departures.set(number, firstMoment) }
  const directory = { device: async (id: string) => devices.find((device) => device.id === id) ?? null }
  const clock = { now: () => firstMoment, elapsed: () => 0, every: () => () => {}, later: () => () => {} }
  const { noted, stop } = followPresence({ directory, silence, clock })
  const settled = () => new Promise<void>((resolve) => void setImmediate(resolve))
  return { noted, stop, settled, away: () => [...departures.keys()] }
}

test('those on mains who left are noted, and forgotten when they are back, also before we knew who they were', async () => {
  const { noted, settled, away } = open()
  for (const { id } of devices) noted(id, false)
  noted('term-2', true)
  await settled()
  expect(away()).toEqual([1])
  noted('term-1', true)
  expect(away()).toEqual([])
})

test('our own end is nobody’s goodbye', async () => {
  const { noted, stop, settled, away } = open()
  stop()
  noted('term-1', false)
  await settled()
  expect(away()).toEqual([])
})
