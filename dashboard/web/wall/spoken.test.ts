import { expect, test } from 'vitest'
import type { Place } from '../../contracts.ts'
import { spokenLine } from './spoken.ts'

const place: Place = {
  ...{
    siteId: 's',
    siteName: '幸福里',
    building: '3',
    unit: '2',
    door: '502',
    title: '',
    person: '王秀英',
    age: 82,
    timeZone: 'Asia/Shanghai',
  },
}

test('the place is said, the door digit by digit, and never a name', () => {
  const zh = spokenLine(place, { what: '紧急求助', language: 'zh' })
  expect(zh).toMatch(/3 ?栋.*2 ?单元.*五零二.*紧急求助/)
  expect(zh).not.toContain('王')
  expect(spokenLine(place, { what: 'Call for help', language: 'en' })).toMatch(/5 0 2, Call for help$/)
})

test('where the desk answers for several sites, the site is said first, and once', () => {
  expect(spokenLine(place, { what: '紧急求助', language: 'zh', sites: 2 })).toMatch(/^幸福里, 3 ?栋/)
  const area = { ...place, building: '', unit: '', door: '', title: '幸福里 · 7栋' }
  expect(spokenLine(area, { what: '断电', language: 'zh', sites: 2 })).toBe('幸福里 · 7栋, 断电')
})

test('an area is said by what it is called', () => {
  const area = { ...place, building: '', unit: '', door: '', person: '', title: '7栋3单元' }
  expect(spokenLine(area, { what: '断电', language: 'zh' })).toBe('7栋3单元, 断电')
})
