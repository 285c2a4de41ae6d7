/** Plans over HTTP: what could end with nobody is refused with the reason, what is taken is seen beforehand, and everybody stays inside their own sites. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan, PlanStep, Recipient } from '../../domain/alarm.ts'
import { minutes, seconds } from '../../domain/time.ts'
import type { StoredPlan } from '../../store/store.ts'
import type { PlanPreview } from '../contracts.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

let world: World
let lead: Signed
let admin: Signed
let chen: Signed
beforeAll(async () => {
  world = await openWorld({
    channelNames: ['console', 'siren', 'push', 'any'],
    waysOf: async ({ personId }) => (personId === 'con-a-1' ? ['push'] : []),
  })
  await world.addUsers()
  lead = await world.signIn('sup-a')
  admin = await world.signIn('root')
  chen = await world.signIn('op-a')
})
afterAll(() => world.close())

const wall: Recipient = { contactId: null, label: 'wall', channel: 'console' }
const first: Recipient = { contactId: '@1', label: '', channel: 'any' }
const steps = (...tells: readonly Recipient[][]): PlanStep[] => tells.map((tell, index) => ({ wait: seconds(index * 30), tell }))
const plan = (id: string, written = steps([wall, first], [wall])): Plan => ({
  ...{ id, name: '夜间预案', steps: written, repeatEvery: minutes(1), lease: seconds(90) },
})
const hers = (id: string, written?: PlanStep[]): StoredPlan => ({
  plan: plan(id, written),
  siteId: null,
  residentId: 'res-a-1',
  kind: 'sos',
})

const put = (stored: StoredPlan, who = lead) =>
  world.ask({ method: 'PUT', url: `/api/plans/${stored.plan.id}`, payload: stored, headers: who.headers })
const remove = (id: string, who = lead) => world.ask({ method: 'DELETE', url: `/api/plans/${id}`, headers: who.headers })
const preview = (asked: object, who = lead) =>
  world.ask({ method: 'POST', url: '/api/plans/preview', payload: asked, headers: who.headers })

describe('writing', () => {
  test.each<[string, PlanStep[]]>([
    ['plan-empty', []],
    ['plan-empty-step', steps([], [wall])],
    ['plan-unknown-way', steps([{ ...first, channel: 'fax' }], [wall])],
    ['plan-nobody', steps([wall], [{ ...first, contactId: '@2' }])],
    ['plan-nobody', steps([wall], [{ ...wall, part: 'told' }])],
  ])('%s is refused with its reason, and nothing is stored', async (code, written) => {
    const answer = await put(hers('refused', written))
    expect([answer.statusCode, answer.json()]).toEqual([422, { code, message: expect.stringMatching(/\.$/) }])
    expect(await world.directory.plans()).toEqual([])
  })

  test('somebody who can be reached now may be the end of it; a running alarm keeps its plan when it changes, and when it goes', async () => {
    expect((await put(hers('hers', steps([first], [wall])))).statusCode).toBe(200)
    expect((await put(hers('hers', steps([first])))).statusCode).toBe(200)
    await world.press('res-a-1', 'running')
    const running = async () => {
      const alarm = (await world.store.alarmsOf('res-a-1', 1))[0]
      return alarm && alarm.state !== 'resolved' ? alarm.plan : null
    }
    const raisedWith = await running()
    expect(raisedWith?.id).toBe('hers')
    expect((await put(hers('hers', steps([wall])))).statusCode).toBe(200)
    expect(await running()).toEqual(raisedWith)
    expect((await remove('hers')).statusCode).toBe(204)
    expect(await running()).toEqual(raisedWith)
    expect((await world.directory.planFor('res-a-1', 'a', 'sos')).id).toBe('built-in-help')
    expect((await remove('hers')).statusCode).toBe(404)
  })

  test('each change is on record with who made it', async () => {
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(({ subjectId }) => subjectId === 'hers')
    expect(lines.map(({ action, userId }) => `${userId} ${action}`)).toEqual([
      ...['u-sup-a put-plan', 'u-sup-a put-plan', 'u-sup-a put-plan', 'u-sup-a remove-plan'],
    ])
    expect(JSON.parse(lines.at(-1)?.detail ?? '')).toMatchObject({ plan: { id: 'hers' }, residentId: 'res-a-1' })
  })

  test('nobody writes or removes a plan of another site; an operator none at all; a plan for everybody is the admin’s', async () => {
    const theirs = { plan: plan('theirs'), siteId: 'b', residentId: null, kind: 'any' as const }
    expect((await put(theirs, admin)).statusCode).toBe(200)
    expect((await put(theirs)).statusCode).toBe(404)
    expect((await remove('theirs')).statusCode).toBe(404)
    expect((await put(hers('mine'), chen)).statusCode).toBe(403)
    expect((await remove('theirs', chen)).statusCode).toBe(403)
    const everybodys = { ...theirs, plan: plan('all'), siteId: null }
    expect((await put(everybodys)).statusCode).toBe(403)
    expect((await preview({ plan: null, siteId: 'b', residentId: null, kind: 'sos' })).statusCode).toBe(404)
    expect((await preview({ plan: null, siteId: null, residentId: 'res-b-1', kind: 'sos' })).statusCode).toBe(404)
    expect((await remove('theirs', admin)).statusCode).toBe(204)
  })
})

describe('the preview', () => {
  test('of the plan in force names her people, when they are told, and the ways that would be tried', async () => {
    const seen = (await preview({ plan: null, siteId: null, residentId: 'res-a-1', kind: 'sos' })).json<PlanPreview>()
    expect(seen).toMatchObject({ plan: { id: 'built-in-help' }, problem: null, repeatSeconds: 60 })
    const told = seen.calls.map(({ afterSeconds, contactId, channel, person, ways, again }) =>
      [afterSeconds, contactId ?? channel, person, (ways ?? ['?']).join('+'), again ? 'again' : ''].join(' ').trim(),
    )
    expect(told).toEqual([
      ...['0 console  console', '0 con-a-1 SECRET-A push', '60 @duty  ?'],
      ...['120 console  console', '120 siren  siren', '120 @duty  ?', '120 con-a-1 SECRET-A push'],
      ...['180 console  console again', '180 siren  siren again', '180 @duty  ? again', '180 con-a-1 SECRET-A push again'],
    ])
  })

  test('of a draft says why it would not be taken, and stores nothing', async () => {
    const { kind } = hers('draft')
    const draft = plan('draft', steps([wall], [{ ...first, contactId: '@neighbour' }]))
    const seen = (await preview({ plan: draft, siteId: null, residentId: 'res-a-1', kind })).json<PlanPreview>()
    expect(seen.problem).toMatchObject({ code: 'plan-nobody', step: 2 })
    expect(await world.directory.plans()).toEqual([])
  })
})
