/** CAP messages and feeds by the schema's own rules, over HTTP: whatever an alarm is, whoever asks, whatever people typed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Alarm, type AlarmKind, outcomes, type Reason } from '../../domain/alarm.ts'
import { capFaults, type Node, readXml } from '../../domain/cap.contract.ts'
import { capOf, capTime, xmlText } from '../../domain/cap.ts'
import { builtInPlan } from '../../domain/plans.ts'
import { scaipByReason } from '../../domain/scaip.ts'
import { instant } from '../../domain/time.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

const at = instant(Date.UTC(2026, 10, 22, 8))
const site = { id: 'a', name: '幸福里 & <社区>', street: '', district: '徐汇区', city: '上海市', timeZone: 'Asia/Shanghai', phone: '021-1' }
const about = { site, home: null, sender: 'care.example.org', webUrl: 'https://care.example.org/x?a=1&b=2' }

function alarmOf(kind: AlarmKind, reason: Reason, more: object = {}): Alarm {
  const cause = { id: 'p', reason, deviceId: null, room: '卫生间', receivedAt: at, claimedAt: null, unreadable: false }
  return {
    ...{ id: 'sos-0123', subjectId: 'res-1', siteId: 'a', kind, reason, priority: 1, raisedAt: at, causes: [cause], presses: 1, rings: 1 },
    ...{ cancelAskedAt: null, clearedAt: null, residentIds: [], notes: [], detail: {}, state: 'raised' },
    ...{ plan: builtInPlan(kind), planStep: 0, nextStepAt: at },
    ...more,
  } as Alarm
}

const textOf = (node: Node, name: string) => node.children.find((child) => child.name === name)?.text
const all = (node: Node, name: string) => node.children.filter((child) => child.name === name)

describe('a CAP message', () => {
  test('fits the schema for every reason, kind, state and outcome', () => {
    const kinds: readonly AlarmKind[] = ['sos', 'fall', 'vitals', 'silence', 'environment', 'technical']
    const states = [
      {},
      { presses: 4 },
      { state: 'acknowledged', by: '李敏', at, leaseUntil: at },
      ...outcomes.map((outcome) => ({ state: 'resolved', by: '李敏', at, outcome })),
    ]
    const reasons = Object.keys(scaipByReason) as Reason[]
    for (const kind of kinds) {
      for (const reason of reasons) {
        for (const state of states) expect([kind, reason, state, ...capFaults(capOf(alarmOf(kind, reason, state), about))]).toHaveLength(3)
      }
    }
  })

  test('says what happened in both languages, and refers to the first message', () => {
    const first = readXml(capOf(alarmOf('sos', 'button'), about))
    expect(all(first, 'info').map((info) => textOf(info, 'event'))).toEqual(['紧急呼叫', 'Call for help'])
    expect(textOf(all(first, 'info')[0] as Node, 'headline')).toBe('紧急呼叫 · 幸福里 & <社区>')
    const closed = alarmOf('sos', 'button', { state: 'resolved', by: 'x', at: instant(at + 60_000), outcome: 'false-press' })
    const last = readXml(capOf(closed, about))
    expect([textOf(last, 'msgType'), textOf(last, 'references')]).toEqual([
      'Cancel',
      `care.example.org,${textOf(first, 'identifier')},${textOf(first, 'sent')}`,
    ])
    expect(textOf(first, 'sent')).toBe('2026-11-22T08:00:00-00:00')
    expect(capTime(at)).toBe(textOf(first, 'sent'))
    const helped = readXml(capOf({ ...closed, outcome: 'help-given' } as Alarm, about))
    expect([textOf(helped, 'msgType'), textOf(all(helped, 'info')[0] as Node, 'urgency')]).toEqual(['Update', 'Past'])
  })

  test('keeps whatever people typed from being markup, and leaves out what XML cannot hold', () => {
    expect(xmlText('a<b>&"\'\u0000\u000b\ud800\ufffe𠮷\t')).toBe('a&lt;b&gt;&amp;&quot;&apos;𠮷\t'.replace('𠮷', '\ufffd𠮷'))
    for (const name of [']]>', '<!--', '&amp;', '</info>', '\u0000', '"', '\ud800'])
      expect(capFaults(capOf(alarmOf('fall', 'fall-possible'), { ...about, site: { ...site, name } }))).toEqual([])
  })
})

describe('over HTTP', () => {
  let world: World
  const people: Record<string, Signed> = {}
  beforeAll(async () => {
    world = await openWorld()
    await world.addUsers()
    for (const name of ['root', 'op-a', 'op-b']) people[name] = await world.signIn(name)
  })
  afterAll(() => world.close())
  const get = (name: string, url: string) => world.ask({ method: 'GET', url, headers: people[name]?.headers ?? {} })

  test('own sites alone, without a name; the address only when it is asked for; each look recorded', async () => {
    const { facts } = await world.press('res-a-1', 'one')
    const id = facts[0]?.fact.kind === 'alarm-raised' ? facts[0].fact.alarm.id : ''
    const answer = await get('op-a', `/api/alarms/${id}/cap.xml`)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/cap+xml; charset=utf-8'])
    expect(capFaults(answer.body)).toEqual([])
    for (const personal of ['王秀英', 'a-1 ', 'code']) expect(answer.body).not.toContain(personal)
    const near = await get('op-a', `/api/alarms/${id}/cap.xml?address=true`)
    expect(textOf(all(all(readXml(near.body), 'info')[0] as Node, 'area')[0] as Node, 'areaDesc')).toContain('3 2 a-1')
    for (const url of [`/api/alarms/${id}/cap.xml`, '/api/sites/a/cap.atom']) {
      expect((await get('op-b', url)).statusCode).toBe(404)
      expect((await get('nobody', url)).statusCode).toBe(401)
    }
    const lines = await world.accounts.auditLines(0, 1_000)
    expect(lines.filter(({ action }) => action === 'look-alarm-cap').map(({ subjectId, detail }) => [subjectId, detail])).toEqual([
      ['res-a-1', id],
      ['res-a-1', `${id} with address`],
    ])
  })

  test('a feed of one site: an entry for each alarm, each of which leads to its message', async () => {
    await world.press('res-a-2', 'two')
    await world.press('res-b-1', 'elsewhere')
    const answer = await get('op-a', '/api/sites/a/cap.atom')
    expect(answer.headers['content-type']).toContain('application/atom+xml')
    const feed = readXml(answer.body)
    expect(['id', 'title', 'updated'].map((name) => textOf(feed, name) !== undefined)).toEqual([true, true, true])
    expect(all(feed, 'entry')).toHaveLength(2)
    const urls = [...answer.body.matchAll(/href="([^"]*cap\.xml)"/g)].map(([, url]) => new URL(url ?? '').pathname)
    for (const url of urls) expect(capFaults((await get('op-a', url)).body)).toEqual([])
  })
})
