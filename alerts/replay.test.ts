/** A recorded night, replayed from the files a running platform holds open; and a rule that changed since is named. */
import { expect, test } from 'vitest'
import { minutes } from '../domain/time.ts'
import { home } from '../test/story.ts'
import { replay } from './replay.ts'
import { replayJournal } from './replay-journal.ts'

test('a night is told event by event, and decided today as it was then', async () => {
  const rosa = await home()
  await rosa.press()
  await rosa.wait(minutes(3))
  await rosa.acknowledge('mei')
  await rosa.resolve('mei', 'help-given')
  const lines: string[] = []
  expect(await replay(['--resident', 'rosa', '--data', rosa.dataDir], (line) => void lines.push(line))).toBe(0)
  expect(lines.map((line) => line.split(/\s+/)[3])).toEqual([
    'sos-pressed',
    'deadline-passed',
    'acknowledge-asked',
    'resolve-asked',
    expect.anything(),
  ])
  expect(lines.at(-1)).toBe("4 events, and today's rules decide every one as then.")
})

test('what is decided differently today is shown beside what was decided then', async () => {
  const rosa = await home()
  await rosa.press()
  const [entry] = await rosa.store().journal('rosa', 0, 1)
  if (!entry) throw new Error('The press is in the journal.')
  const graver = entry.facts.map((fact) => ('alarm' in fact ? { ...fact, alarm: { ...fact.alarm, priority: 3 as const } } : fact))
  const [replayed] = replayJournal([{ ...entry, facts: graver }])
  expect(replayed?.same).toBe(false)
  expect(replayed?.now).toEqual(entry.facts)
})

test.each([[[]], [['--resident']], [['--whom', 'rosa']], [['--help']]])('%j is answered with how to ask', async (args) => {
  const lines: string[] = []
  expect(await replay(args, (line) => void lines.push(line))).toBe(2)
  expect(lines[0]).toMatch(/^Usage/)
})

test('of somebody unknown there is nothing to tell', async () => {
  const rosa = await home()
  const lines: string[] = []
  expect(await replay(['--resident', 'nobody', '--data', rosa.dataDir], (line) => void lines.push(line))).toBe(2)
  expect(lines).toEqual(['Nothing is recorded of this resident.'])
})
