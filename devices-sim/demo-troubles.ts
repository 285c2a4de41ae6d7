/** Broken buttons as a centre has them on an ordinary day: one just reported, one that nobody mended in time, two that are done. */
import { before, type Instant, minutes, type Span } from '../domain/time.ts'
import { dueOf, type Trouble, type TroubleNote } from '../domain/trouble.ts'
import type { CommunityRows } from './community.ts'

/** Where cases are kept, as far as it is needed here. */
type Cases = {
  put(trouble: Omit<Trouble, 'owner' | 'notes' | 'done' | 'told'>): Promise<boolean>
  change(id: string, change: { owner?: Trouble['owner']; note?: TroubleNote; done?: NonNullable<Trouble['done']> }): Promise<boolean>
}

/** A case and how it goes on, each step so many minutes ago; the first one opens it. */
type Story = {
  kind: Trouble['kind']
  owner: string
  notes: readonly (readonly [ago: number, by: string, text: string])[]
  done?: readonly [ago: number, by: string, reason: NonNullable<Trouble['done']>['reason']]
}

const [keeper, fitter] = ['李敏', '陈浩']
const stories: readonly Story[] = [
  { kind: 'by-hand', owner: '', notes: [[35, keeper, '老人来电：按钮按下去没有反应，指示灯不亮。']] },
  {
    kind: 'by-hand',
    owner: fitter,
    notes: [
      [165, keeper, '每周自检没有按出来，老人说上周摔过一次。'],
      [140, fitter, '已电话联系，备用按钮不在车上，回站里取。'],
    ],
  },
  {
    kind: 'by-hand',
    owner: fitter,
    notes: [
      [1_560, keeper, '电量提示灯一直闪。'],
      [1_500, fitter, '已上门换电池，请老人按了一次，收到了。'],
    ],
    done: [1_495, fitter, 'battery-changed'],
  },
  {
    kind: 'by-hand',
    owner: fitter,
    notes: [
      [4_320, keeper, '按钮外壳裂了。'],
      [4_230, fitter, '换了新的，旧的带回。'],
    ],
    done: [4_225, fitter, 'replaced'],
  },
]

/** Writes them for pendants of homes from `first` on, some homes apart. */
export async function breakButtons(cases: Cases, rows: CommunityRows, { now, first }: { now: Instant; first: number }): Promise<void> {
  const ago = (span: number): Instant => before(now, minutes(span) as Span)
  for (const [index, { kind, owner, notes, done }] of stories.entries()) {
    const residentId = rows.residents[first + index * 11]?.id
    const device = rows.devices.find((each) => each.residentId === residentId && each.role === 'sos-button')
    const [opened] = notes
    if (!device || !opened) continue
    const id = `demo-case-${index}`
    const { siteId } = device
    const openedAt = ago(opened[0])
    await cases.put({
      ...{ id, deviceId: device.id, siteId, residentId: device.residentId, kind, openedAt },
      openedBy: opened[1],
      dueAt: dueOf(openedAt),
    })
    for (const [at, by, text] of notes) await cases.change(id, { note: { at: ago(at), by, text } })
    if (owner !== '') await cases.change(id, { owner: { userId: 'demo', name: owner } })
    if (done) await cases.change(id, { done: { at: ago(done[0]), by: done[1], reason: done[2] } })
  }
}
