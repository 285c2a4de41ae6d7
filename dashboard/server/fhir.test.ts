/** FHIR over HTTP: every resource by the shapes of R4, of own sites alone, in pages, naming nobody, and each look on record. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AlarmKind, outcomes, type Reason } from '../../domain/alarm.ts'
import { communicationOf, flagsOf, measuredKinds, observationOf, taskOf } from '../../domain/fhir.ts'
import { readingKinds } from '../../domain/reading.ts'
import { scaipByReason } from '../../domain/scaip.ts'
import { hours, instant } from '../../domain/time.ts'
import { bundle, capability, resource } from './fhir-shapes.ts'
import { openWorld, type Signed, shiftedClock, type World } from './world.contract.ts'

describe('resources', () => {
  test('fit R4 for every reason, state and outcome of an alarm', () => {
    const at = instant(1_800_000_000_000)
    const states = [
      { state: 'raised' },
      { state: 'acknowledged', by: 'x', at },
      ...outcomes.map((outcome) => ({ state: 'resolved', by: 'x', at, outcome })),
    ]
    const kinds: readonly AlarmKind[] = ['sos', 'fall', 'vitals', 'silence', 'environment', 'technical']
    for (const [reason, kind] of (Object.keys(scaipByReason) as Reason[]).flatMap((each) => kinds.map((kind) => [each, kind] as const))) {
      for (const [subjectId, state] of states.flatMap(
        (each) =>
          [
            ['res_1', each],
            ['area:x', each],
          ] as const,
      )) {
        const base = { id: 'sos-1', subjectId, siteId: 'a', kind, reason, priority: 1, raisedAt: at, causes: [], presses: 2, notes: [] }
        const alarm = { ...base, residentIds: [], detail: {}, clearedAt: null, ...state } as unknown as Parameters<
          typeof communicationOf
        >[0]
        for (const made of [communicationOf(alarm), taskOf(alarm)])
          expect(resource.safeParse(made).error, JSON.stringify(made)).toBeUndefined()
      }
    }
  })

  test('fit R4 for every measurement of a body, and there are none of a home', () => {
    const made = readingKinds.map(
      (kind) => [kind, observationOf('res_1', { device: 3, resident: 1, kind, at: instant(1), value: 36.6 })] as const,
    )
    expect(made.filter(([, each]) => each !== null).map(([kind]) => kind)).toEqual(measuredKinds)
    for (const [, each] of made) if (each) expect(resource.safeParse(each).error).toBeUndefined()
    const heart = made.find(([kind]) => kind === 'heart-rate')?.[1]
    expect(heart).toMatchObject({
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
      valueQuantity: { value: 36.6, system: 'http://unitsofmeasure.org', code: '/min' },
    })
  })

  test('a risk is a flag of its own', () => {
    const flags = flagsOf({ id: 'res_1', medical: ['糖尿病', '青霉素过敏'], livesAlone: true })
    expect(flags.map(({ id, code }) => [id, (code as { text: string }).text])).toEqual([
      ['res-1.1', '糖尿病'],
      ['res-1.2', '青霉素过敏'],
      ['res-1.alone', 'Lives alone'],
    ])
    for (const flag of flags) expect(resource.safeParse(flag).error).toBeUndefined()
  })
})

describe('over HTTP', () => {
  let world: World
  const clock = shiftedClock()
  const people: Record<string, Signed> = {}
  beforeAll(async () => {
    world = await openWorld({ clock })
    await world.addUsers()
    for (const name of ['root', 'op-a', 'op-b', 'op-0']) people[name] = await world.signIn(name)
    for (const [resident, id] of [
      ['res-a-1', 'a1'],
      ['res-a-2', 'a2'],
      ['res-a-3', 'a3'],
      ['res-b-1', 'b1'],
    ] as const)
      await world.press(resident, id)
    const { resident } = (await world.directory.card('res-a-1')) as NonNullable<Awaited<ReturnType<World['directory']['card']>>>
    const device = (await world.directory.device('btn-a-1'))?.number ?? 0
    const at = instant(clock.now() - hours(2))
    await world.storage.telemetry.record([
      { device, resident: resident.number, kind: 'heart-rate', at, value: 71 },
      { device, resident: resident.number, kind: 'motion', at, value: 1 },
      { device, resident: resident.number, kind: 'oxygen', at: instant(at + 1), value: 97 },
    ])
    world.silence.active(resident.number, device, at)
  })
  afterAll(() => world.close())
  const get = async (name: string, url: string) => {
    const answer = await world.ask({ method: 'GET', url, headers: people[name]?.headers ?? {} })
    return { status: answer.statusCode, type: answer.headers['content-type'], json: answer.json(), body: answer.body }
  }
  type Entry = { resource: Record<string, unknown> & { resourceType: string; id: string }; fullUrl: string }
  const entries = (json: { entry?: readonly Entry[] }) => json.entry ?? []

  test('says what it can do to anybody, and nothing else', async () => {
    const { json, type } = await get('nobody', '/api/fhir/metadata')
    expect(capability.safeParse(json).error).toBeUndefined()
    expect([type, json.rest[0].resource.map((each: { type: string }) => each.type)]).toEqual([
      'application/fhir+json; charset=utf-8',
      ['Communication', 'Task', 'Flag', 'Observation'],
    ])
    for (const path of ['Communication', 'Task', 'Flag?patient=res-a-1', 'Observation?patient=res-a-1'])
      expect((await get('nobody', `/api/fhir/${path}`)).status).toBe(401)
  })

  test('alarms come as Communication and Task, of own sites alone, and name nobody', async () => {
    for (const type of ['Communication', 'Task']) {
      const { json, body, type: media } = await get('op-a', `/api/fhir/${type}`)
      expect(media).toBe('application/fhir+json; charset=utf-8')
      expect(bundle.safeParse(json).error).toBeUndefined()
      expect(entries(json)).toHaveLength(3)
      for (const personal of ['王秀英', 'SECRET', 'res-b-1']) expect(body).not.toContain(personal)
      const [first] = entries(json)
      const one = await get('op-a', new URL(first?.fullUrl ?? '').pathname)
      expect(one.json).toEqual(first?.resource)
      expect((await get('op-b', new URL(first?.fullUrl ?? '').pathname)).status).toBe(404)
    }
    expect(entries((await get('op-0', '/api/fhir/Communication')).json)).toEqual([])
    expect((await get('op-0', '/api/fhir/Communication')).json.entry).toBeUndefined()
  })

  test('pages lead from one to the next without losing or repeating any', async () => {
    const seen: string[] = []
    let url: string | undefined = '/api/fhir/Communication?_count=2'
    while (url !== undefined) {
      const { json }: { json: { entry?: Entry[]; link: { relation: string; url: string }[] } } = await get('op-a', url)
      seen.push(...entries(json).map(({ resource: { id } }) => id))
      const next: string | undefined = json.link.find(({ relation }) => relation === 'next')?.url
      url = next === undefined ? undefined : new URL(next).pathname + new URL(next).search
    }
    expect([seen.length, new Set(seen).size]).toEqual([3, 3])
  })

  test('one person: however she is named, but only to her own site', async () => {
    for (const patient of ['res-a-1', 'Patient/res-a-1', 'urn:anling:resident|res-a-1']) {
      const { json } = await get('op-a', `/api/fhir/Communication?patient=${encodeURIComponent(patient)}`)
      expect(entries(json).map(({ resource: made }) => made.subject)).toMatchObject([{ identifier: { value: 'res-a-1' } }])
    }
    for (const path of ['Communication', 'Task', 'Flag', 'Observation']) {
      expect((await get('op-b', `/api/fhir/${path}?patient=res-a-1`)).status).toBe(404)
      expect((await get('op-a', `/api/fhir/${path}?patient=nobody`)).status).toBe(404)
    }
  })

  test('what was measured, when she was last active, and what a responder must know', async () => {
    const { json } = await get('op-a', '/api/fhir/Observation?patient=res-a-1')
    expect(bundle.safeParse(json).error).toBeUndefined()
    const codes = entries(json).map(({ resource: made }) => (made.code as { coding: { code: string }[] }).coding[0]?.code)
    expect(codes).toEqual(['last-activity', '8867-4', '59408-5'])
    expect(entries((await get('op-a', '/api/fhir/Observation?patient=res-a-1&_count=1&_offset=2')).json)).toHaveLength(1)
    const recent = `ge${new Date(instant(clock.now() - hours(1))).toISOString()}`
    expect(entries((await get('op-a', `/api/fhir/Observation?patient=res-a-1&date=${recent}`)).json)).toHaveLength(1)
    const flags = await get('op-a', '/api/fhir/Flag?patient=res-a-1')
    expect(bundle.safeParse(flags.json).error).toBeUndefined()
    expect(entries(flags.json)).toHaveLength(2)
    expect((await get('op-a', '/api/fhir/Observation')).status).toBe(400)
    expect((await get('op-a', '/api/fhir/Observation?patient=res-a-1&date=yesterday')).status).toBe(400)
  })

  test('each is a look at whoever it is about, once', async () => {
    const lines = (await world.accounts.auditLines(0, 1_000)).filter(
      ({ action, userId }) => action.startsWith('look-fhir') && userId === 'u-op-a',
    )
    const looks = lines.map(({ action, subjectId }) => `${action} ${subjectId}`)
    expect(looks).toContain('look-fhir-observation res-a-1')
    expect(looks).toContain('look-fhir-communication res-a-3')
    expect(looks.length).toBe(new Set(looks).size)
    expect(looks.some((look) => look.includes('res-b'))).toBe(false)
  })
})
