import { describe, expect, test } from 'vitest'
import { clockTime, dayTime, doorAddress, fullTime, labelAddress, percent, shortTime, timer, useCentreZone } from './format.ts'
import { en } from './i18n/en.ts'
import { zh } from './i18n/zh.ts'

const noon = Date.UTC(2026, 10, 21, 6, 31, 15)
const zhSh = { language: 'zh', timeZone: 'Asia/Shanghai' } as const

describe('moments', () => {
  test("are told in the home's zone, wherever the screen stands", () => {
    expect(clockTime(noon, zhSh)).toBe('14:31:15')
    expect(shortTime(noon, { language: 'en', timeZone: 'America/New_York' })).toBe('01:31')
    expect(clockTime(Date.UTC(2026, 10, 21, 16, 0, 0), zhSh)).toBe('00:00:00')
  })

  test("are told in the centre's zone where they belong to no home, never in the machine's", () => {
    for (const [zone, told] of [
      ['Asia/Shanghai', '14:31'],
      ['America/New_York', '01:31'],
    ] as const) {
      useCentreZone(zone)
      expect(shortTime(noon, { language: 'en', timeZone: '' })).toBe(told)
      expect(fullTime(noon, { language: 'en', timeZone: '' }, { timeStyle: 'short' })).toBe(told)
      expect(shortTime(noon, zhSh)).toBe('14:31')
    }
    useCentreZone('')
  })

  test('carry their day once they are of another day', () => {
    expect(dayTime(noon, noon + 3_600_000, zhSh)).toBe('14:31')
    expect(dayTime(noon - 86_400_000, noon, zhSh)).toContain('11月20日')
  })

  test('a timer counts up and never below nothing', () => {
    expect([52_000, 858_000, 11_107_000, -5].map(timer)).toEqual(['00:52', '14:18', '3:05:07', '00:00'])
  })
})

describe('figures and places', () => {
  test('a share of nothing is a dash', () => {
    expect(percent(3_885, 3_912, 'zh')).toBe('99.3%')
    expect(percent(0, 0, 'zh')).toBe('–')
  })

  test('bare numbers get their word, written ones keep theirs, an area has its title', () => {
    const place = { building: '3', unit: '2', door: '502', title: '' }
    expect(doorAddress(place, 'zh')).toBe('3 栋 2 单元 502')
    expect(doorAddress(place, 'en')).toBe('Bldg 3 Unit 2 502')
    expect(doorAddress({ ...place, building: '3栋', unit: '2 单元' }, 'en')).toBe('Bldg 3 Unit 2 502')
    expect(doorAddress({ ...place, building: '3栋', unit: '2单元' }, 'zh')).toBe('3栋 2单元 502')
    expect(doorAddress({ ...place, building: '桂花苑3栋' }, 'zh')).toBe('桂花苑3栋 2 单元 502')
    expect(doorAddress({ building: '', unit: '', door: '', title: '7栋3单元' }, 'zh')).toBe('7栋3单元')
  })
})

describe('the dictionaries', () => {
  /** Every text of a dictionary, functions called with stand-ins. */
  const texts = (value: unknown): string[] => {
    if (typeof value === 'string') return [value]
    if (typeof value === 'function')
      return texts(
        (value as (...given: unknown[]) => unknown)(...Array(value.length).fill(Object.assign(() => 1, { toString: () => '1' }))),
      )
    return value && typeof value === 'object' ? Object.values(value).flatMap(texts) : []
  }
  const allowed = /SOS|HTTPS|CSV|UTF-8|GB18030|Esc|English|kg|lx|ppm|undefined|F\d|^[A-Z]$/g

  test('no Latin words stand in the Chinese texts', () => {
    const latin = texts(zh).filter((text) => /[A-Za-z]{2,}/.test(text.replaceAll(allowed, '')))
    expect(latin).toEqual([])
  })

  test('no Chinese stands in the English texts, but the name of the other language', () => {
    expect(texts(en).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual(['中文'])
  })
})

test.each([
  ['3-2-601', '3 栋 2 单元 601', 'Bldg 3 Unit 2 601'],
  ['2 栋-2 单元-601', '2 栋 2 单元 601', 'Bldg 2 Unit 2 601'],
  ['春晖社区 1 栋-2 单元-502', '春晖社区 1 栋 2 单元 502', '春晖社区 Bldg 1 Unit 2 502'],
  ['梧桐苑 南区 3号楼-1-101', '梧桐苑 南区 3号楼 1 单元 101', '梧桐苑 南区 Bldg 3 Unit 1 101'],
  // No address of three parts: as it was written.
  ['12-501', '12-501', '12-501'],
  ['3-2-a-1', '3-2-a-1', '3-2-a-1'],
  ['甲弄 7 号', '甲弄 7 号', '甲弄 7 号'],
])('the home %s is said in the words of each language', (label, zh, en) => {
  expect([labelAddress(label, 'zh'), labelAddress(label, 'en')]).toEqual([zh, en])
})
