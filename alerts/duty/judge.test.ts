/** Which sites are missed, for how long, and who is asked to look after them. */
import { describe, expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import { chargesOf, judged, type Looked, type Standing } from './judge.ts'

const site = (id: string, street: string, above: { district: string; city: string } = { district: 'Xuhui', city: 'Shanghai' }) => ({
  ...{ id, name: `Site ${id}`, phone: '', street },
  ...above,
})
const looked = (place: Looked['site'], attended: boolean, counts = true): Looked => ({ site: place, attended, counts })
const nobody = new Map<string, string>()
const since = (...ids: string[]) => new Map<string, Standing>(ids.map((id, index) => [id, { against: 0, since: instant(index + 1) }]))

describe('standing', () => {
  const a = site('a', 'Hunan')
  const after = (checks: readonly boolean[]) => {
    let standing = new Map<string, Standing>()
    for (const [index, attended] of checks.entries()) standing = judged(standing, [looked(a, attended)], instant(index))
    return standing.get('a')
  }

  test.each([
    ['one check is a wall that is loaded anew', [false], null],
    ['two are nobody there', [false, false], 1],
    ['a desk in between begins the count again', [false, true, false], null],
    ['once back for one check it may still be going', [false, false, true], 1],
    ['back for two', [false, false, true, true], null],
    ['a wall that flickers rings once', [false, false, true, false, true, false], 1],
  ])('%s', (_name, checks, expected) => expect(after(checks)?.since).toBe(expected))

  test('a site that does not count is never missed, and one that stops counting is let go', () => {
    const gone = judged(judged(since('a'), [looked(a, false, false)], instant(9)), [looked(a, false, false)], instant(9))
    expect(gone.get('a')?.since).toBe(null)
  })
})

describe('who looks after whom', () => {
  const [a, b, c] = [site('a', 'Hunan'), site('b', 'Hunan'), site('c', 'Tianping')]
  const d = site('d', 'Nanjing West', { district: 'Jing’an', city: 'Shanghai' })

  test('the street first, then the district, then the city', () => {
    expect(chargesOf([looked(a, false), looked(b, true), looked(c, true)], since('a'), nobody)).toEqual([
      { hostId: 'b', level: 'street', siteIds: ['a'], names: ['Site a'], phones: [], since: 1 },
    ])
    expect(chargesOf([looked(a, false), looked(b, false), looked(c, true)], since('a', 'b'), nobody)).toEqual([
      { hostId: 'c', level: 'district', siteIds: ['a', 'b'], names: ['Site a', 'Site b'], phones: [], since: 2 },
    ])
    expect(chargesOf([looked(a, false), looked(d, true)], since('a'), nobody)).toMatchObject([{ hostId: 'd', level: 'city' }])
  })

  test('a street of the same name in another city is elsewhere', () => {
    const far = site('z', 'Hunan', { district: 'Xuhui', city: 'Nanjing' })
    expect(chargesOf([looked(a, false), looked(far, true)], since('a'), nobody)).toMatchObject([{ hostId: 'z', level: 'elsewhere' }])
  })

  test('sites without a street do not share one', () => {
    const [p, q] = ['p', 'q'].map((id) => site(id, '', { district: '', city: '' }))
    if (!p || !q) throw new Error('Two sites were made.')
    expect(chargesOf([looked(p, false), looked(q, true)], since('p'), nobody)).toMatchObject([{ hostId: 'q', level: 'elsewhere' }])
  })

  test('where nobody is anywhere it is one alarm, and it stays where it is', () => {
    const all = [a, b, c].map((one) => looked(one, false))
    expect(chargesOf(all, since('b', 'c'), nobody)).toMatchObject([{ hostId: 'b', level: 'nobody', siteIds: ['b', 'c'] }])
    const before = new Map([
      ['b', 'b'],
      ['c', 'b'],
    ])
    expect(chargesOf(all, since('a', 'b', 'c'), before)).toMatchObject([{ hostId: 'b', siteIds: ['a', 'b', 'c'] }])
  })

  test('a choice stays while it is good, and a host that leaves hands on what it looked after', () => {
    const e = site('e', 'Hunan')
    const before = new Map([['a', 'e']])
    expect(chargesOf([looked(a, false), looked(b, true), looked(e, true)], since('a'), before)).toMatchObject([{ hostId: 'e' }])
    expect(chargesOf([looked(a, false), looked(b, true), looked(e, false)], since('a', 'e'), before)).toMatchObject([
      { hostId: 'b', siteIds: ['a', 'e'] },
    ])
  })
})
