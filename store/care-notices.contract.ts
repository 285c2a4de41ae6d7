/** What every CareStore promises about notices: owed until delivered, refused or withdrawn, and each only once. */
import { expect, test } from 'vitest'
import { after, minutes, seconds } from '../domain/time.ts'
import { acknowledged, exampleNotice, pressTurn, raisedAlarm, start, turnTo } from './examples.contract.ts'
import type { CareStore, NoticeResult } from './store.ts'

type Given = { store: CareStore }

export function noticesAreOwed(given: Given) {
  test('owed notices whose try is due, oldest first', async () => {
    const { store } = given
    const alarm = raisedAlarm('rosa', 'p1')
    const notices = [3, 1, 2].map((minute) => exampleNotice(alarm, `${alarm.id}/${minute}`, after(start, minutes(minute))))
    await store.commit(turnTo(alarm, await store.load('rosa'), { notices }))
    const owed = async (minute: number, limit = 10) => (await store.owedNotices(after(start, minutes(minute)), limit)).map(({ id }) => id)
    expect(await owed(0)).toEqual([])
    expect(await owed(2)).toEqual(['sos:p1/1', 'sos:p1/2'])
    expect(await owed(9, 2)).toEqual(['sos:p1/1', 'sos:p1/2'])
    const [first] = await store.owedNotices(after(start, minutes(1)), 1)
    expect(first).toMatchObject({ ...notices[1], state: 'owed', attempts: 0, nextTryAt: after(start, minutes(1)), lastError: '' })
  })

  test('a notice that is asked for twice is owed once, and a delivered one is not owed again', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    const alarm = raisedAlarm('rosa', 'p1')
    await store.recordNotice(result('sos:p1/p1', 'delivered'))
    const again = { kind: 'alarm-repeated', notices: [exampleNotice(alarm, 'sos:p1/p1')] } as const
    await store.commit(turnTo(alarm, await store.load('rosa'), again))
    expect(await store.noticesOf(alarm.id)).toMatchObject([{ id: 'sos:p1/p1', state: 'delivered', attempts: 1 }])
    expect(await store.owedNotices(after(start, minutes(9)), 10)).toEqual([])
  })

  test('a try that failed is owed later, with its reason', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    await store.recordNotice({ ...result('sos:p1/p1', 'owed'), nextTryAt: after(start, seconds(5)), lastError: 'HTTP 503' })
    expect(await store.owedNotices(after(start, seconds(4)), 10)).toEqual([])
    expect(await store.owedNotices(after(start, seconds(5)), 10)).toMatchObject([{ id: 'sos:p1/p1', attempts: 1, lastError: 'HTTP 503' }])
  })
}

const result = (id: string, state: NoticeResult['state']): NoticeResult => ({
  id,
  state,
  attempts: 1,
  nextTryAt: start,
  lastError: '',
  at: start,
})

export function noticesEnd(given: Given) {
  const withdraw = async (store: CareStore) => {
    const taken = acknowledged(raisedAlarm('rosa', 'p1'), start)
    await store.commit(turnTo(taken, await store.load('rosa'), { kind: 'alarm-acknowledged', withdrawn: ['sos:p1/p1', 'unknown'] }))
  }
  const stateOf = async (store: CareStore) => (await store.noticesOf('sos:p1')).map((notice) => notice.state)

  test('a withdrawn notice is owed to nobody, and a late "try again" does not bring it back', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    await withdraw(store)
    expect(await store.owedNotices(after(start, minutes(9)), 10)).toEqual([])
    await store.recordNotice(result('sos:p1/p1', 'owed'))
    expect(await store.owedNotices(after(start, minutes(9)), 10)).toEqual([])
    expect(await stateOf(store)).toEqual(['withdrawn'])
  })

  test("withdrawing an alarm withdraws every call still owed for it, but not those of the same turn, and no other alarm's", async () => {
    const { store } = given
    await store.commit(pressTurn('ann', 'p2'))
    await store.commit(pressTurn('rosa', 'p1'))
    const alarm = raisedAlarm('rosa', 'p1', { rings: 2 })
    const notices = [exampleNotice(alarm, 'sos:p1/second-round')]
    await store.commit(turnTo(alarm, await store.load('rosa'), { kind: 'alarm-repeated', withdrawn: [alarm.id], notices }))
    const owed = await store.owedNotices(after(start, minutes(9)), 10)
    expect(owed.map((notice) => notice.id).sort()).toEqual(['sos:p1/second-round', 'sos:p2/p2'])
  })

  test('a refused turn withdraws nothing', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    const stale = turnTo(raisedAlarm('rosa', 'p1'), { ...(await store.load('rosa')), version: 7 }, { withdrawn: ['sos:p1'] })
    await expect(store.commit(stale)).rejects.toMatchObject({ code: 'conflict' })
    expect(await stateOf(store)).toEqual(['owed'])
  })

  test('what was delivered or refused stays so when it is withdrawn afterwards', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    await store.recordNotice(result('sos:p1/p1', 'refused'))
    await withdraw(store)
    expect(await stateOf(store)).toEqual(['refused'])
  })

  test('a call that reached its person although it was just withdrawn is recorded as delivered', async () => {
    const { store } = given
    await store.commit(pressTurn('rosa', 'p1'))
    await withdraw(store)
    await store.recordNotice(result('sos:p1/p1', 'delivered'))
    expect(await stateOf(store)).toEqual(['delivered'])
  })
}
