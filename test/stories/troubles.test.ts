/** Stories of nights when the machinery itself is in trouble. */
import { expect, test } from 'vitest'
import type { Letter, Sent } from '../../alerts/channels/channel.ts'
import { hours, minutes, seconds } from '../../domain/time.ts'
import { centrePlan, home, storyChannel } from '../story.ts'

const bothPlan = {
  ...centrePlan,
  steps: [
    {
      wait: seconds(0),
      tell: [
        { contactId: null, label: 'the centre', channel: 'webhook' },
        { contactId: null, label: 'the centre', channel: 'console' },
      ],
    },
  ],
  repeatEvery: minutes(10),
}

test('while the webhook is down it is tried again and again, and the console was told at once', async () => {
  const tries: Letter[] = []
  let up = false
  const down = (letter: Letter): Sent => {
    tries.push(letter)
    return up ? { outcome: 'delivered', why: '' } : { outcome: 'retry', why: 'HTTP 503' }
  }
  const heard: string[] = []
  const hear = (line: string) => void heard.push(line)
  const rosa = await home({ plan: bothPlan, channels: [storyChannel('webhook', hear, down), storyChannel('console', hear)] })
  await rosa.press()
  expect(heard).toEqual(['the centre by console'])
  await rosa.wait(minutes(5))
  expect(tries.length).toBeGreaterThan(4)
  expect(tries.length).toBeLessThan(20)
  expect(new Set(tries.map((letter) => letter.id)).size).toBe(1)
  up = true
  await rosa.wait(seconds(80))
  expect(heard).toEqual(['the centre by console', 'the centre by webhook'])
})

test('a channel that never answers holds up nobody', async () => {
  const heard: string[] = []
  const hear = (line: string) => void heard.push(line)
  const silent = () => new Promise<Sent>(() => {})
  const rosa = await home({ plan: bothPlan, channels: [storyChannel('webhook', hear, silent), storyChannel('console', hear)] })
  for (let n = 0; n < 20; n += 1) await rosa.press()
  await rosa.wait(seconds(2))
  expect(heard).toHaveLength(20)
  await rosa.wait(seconds(60))
  const stuck = (await rosa.store().noticesOf((await rosa.alarm()).id)).filter((notice) => notice.state === 'owed')
  expect(stuck).toMatchObject([{ recipient: { channel: 'webhook' }, lastError: 'The channel took longer than 15 s' }])
})

test('a call that is refused, or a channel that is not there, does not stop the plan', async () => {
  const heard: string[] = []
  const hear = (line: string) => void heard.push(line)
  const refuses = (): Sent => ({ outcome: 'refused', why: 'HTTP 410' })
  const rosa = await home({ channels: [storyChannel('push', hear, refuses), storyChannel('siren', hear)] })
  await rosa.press()
  await rosa.wait(minutes(5))
  await rosa.wait(seconds(2))
  expect(heard).toEqual(['the centre by siren'])
  const states = (await rosa.store().noticesOf((await rosa.alarm()).id)).map(({ state, lastError }) => `${state} ${lastError}`)
  expect(states.slice(0, 2)).toEqual(['refused HTTP 410', 'refused There is no such channel here.'])
})

test('a restart in the middle forgets nothing and repeats nothing', async () => {
  const rosa = await home()
  await rosa.press()
  await rosa.wait(seconds(100))
  await rosa.restart()
  expect(rosa.told).toEqual(['anna by push'])
  await rosa.wait(seconds(21))
  expect(rosa.told).toEqual(['anna by push', 'ben by call'])
  await rosa.acknowledge('mei')
  await rosa.restart()
  await rosa.wait(seconds(91))
  expect((await rosa.alarm()).state).toBe('raised')
})

test('what came due while the platform was off is done once when it is back', async () => {
  const rosa = await home()
  await rosa.press()
  await rosa.clock.stall(hours(1))
  await rosa.wait(seconds(2))
  expect(rosa.told).toEqual(['anna by push', 'ben by call'])
  await rosa.wait(minutes(3))
  expect(rosa.told).toEqual(['anna by push', 'ben by call', 'the centre by siren'])
})

test('a wall clock turned back two hours leaves nobody waiting two hours', async () => {
  const rosa = await home()
  await rosa.press()
  rosa.clock.turn(-hours(2))
  await rosa.wait(seconds(15))
  expect(rosa.told).toEqual(['anna by push', 'ben by call'])
  await rosa.wait(minutes(3))
  expect(rosa.told.at(-1)).toBe('the centre by siren')
  await rosa.acknowledge('mei')
  rosa.clock.turn(-hours(2))
  await rosa.wait(seconds(15))
  expect((await rosa.alarm()).state).toBe('raised')
  expect(rosa.findings()).toEqual([])
})

test('a wall clock turned forward makes help come early, never late', async () => {
  const rosa = await home()
  await rosa.press()
  rosa.clock.turn(hours(2))
  await rosa.wait(seconds(2))
  expect(rosa.told).toEqual(['anna by push', 'ben by call'])
  await rosa.acknowledge('mei')
  await rosa.note('mei', 'on-my-way')
  await rosa.wait(seconds(80))
  expect((await rosa.alarm()).state).toBe('acknowledged')
})

test('after a long while of an unreachable phone there is one call to make, not a hundred', async () => {
  let up = false
  const heard: string[] = []
  const answer = (): Sent => (up ? { outcome: 'delivered', why: '' } : { outcome: 'retry', why: 'ECONNREFUSED' })
  const siren = storyChannel('siren', (line) => void heard.push(line), answer)
  const rosa = await home({ plan: centrePlan, channels: [siren] })
  await rosa.press()
  await rosa.wait(minutes(20))
  const owed = (await rosa.store().noticesOf((await rosa.alarm()).id)).filter((notice) => notice.state === 'owed')
  expect(owed).toHaveLength(1)
  up = true
  await rosa.wait(seconds(50))
  expect(heard).toHaveLength(1)
})

test('the auditor says it when a call cannot be delivered, and when it can again', async () => {
  let up = false
  const answer = (): Sent => (up ? { outcome: 'delivered', why: '' } : { outcome: 'retry', why: 'ECONNREFUSED' })
  const rosa = await home({
    channels: [storyChannel('push', () => {}, answer), storyChannel('siren', () => {}), storyChannel('call', () => {})],
  })
  await rosa.press()
  await rosa.wait(minutes(4))
  expect(rosa.findings()).toEqual([])
  await rosa.wait(minutes(2))
  expect(rosa.findings()).toMatchObject([{ kind: 'call-not-delivered', alarmId: (await rosa.alarm()).id }])
  up = true
  await rosa.wait(minutes(2))
  expect(rosa.findings()).toEqual([])
})
