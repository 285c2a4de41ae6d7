/** What every RegisterStore promises: a saved page is there after a restart, number for number, and the last one saved wins. */
import { afterEach, describe, expect, test } from 'vitest'
import type { RegisterPage, RegisterStore } from './store.ts'

export type RegistersUnderTest = { registers: RegisterStore; reopen(): Promise<RegisterStore>; end(): Promise<void> }

const page = (number: number, values: readonly number[], register: RegisterPage['register'] = 'device-heard'): RegisterPage => ({
  register,
  page: number,
  values: Float64Array.from(values),
})

export function registersContract(name: string, open: () => Promise<RegistersUnderTest>): void {
  describe(`registers: ${name}`, () => {
    const opened: RegistersUnderTest[] = []
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.end()
    })
    async function begin(): Promise<RegistersUnderTest> {
      const each = await open()
      opened.push(each)
      return each
    }

    test('an empty store has no pages', async () => {
      const { registers } = await begin()
      expect(await registers.loadPages('device-heard')).toEqual([])
    })

    test('pages come back in order, exactly, after a restart, each register by itself', async () => {
      const { registers, reopen } = await begin()
      const values = [0, 1_790_000_000_123, Number.MAX_SAFE_INTEGER, -1, 0.5, Number.POSITIVE_INFINITY]
      const large = Array.from({ length: 8_192 }, (_, i) => 1_790_000_000_000 + i)
      await registers.savePages([page(7, large), page(0, values), page(0, [4], 'resident-active')])
      const again = await reopen()
      expect(await again.loadPages('device-heard')).toStrictEqual([page(0, values), page(7, large)])
      expect(await again.loadPages('resident-active')).toStrictEqual([page(0, [4], 'resident-active')])
      expect(await again.loadPages('resident-active-device')).toEqual([])
    })

    test('the last page saved wins, also within one moment', async () => {
      const { registers } = await begin()
      await registers.savePages([page(0, [1])])
      await Promise.all([registers.savePages([page(0, [2])]), registers.savePages([page(0, [3]), page(1, [9])])])
      expect(await registers.loadPages('device-heard')).toStrictEqual([page(0, [3]), page(1, [9])])
    })

    test('a page saved is a copy: the caller goes on writing in its own', async () => {
      const { registers } = await begin()
      const mine = page(0, [1, 2])
      const saved = registers.savePages([mine])
      mine.values[0] = 99
      await saved
      expect(mine.values).toHaveLength(2)
      expect(await registers.loadPages('device-heard')).toStrictEqual([page(0, [1, 2])])
    })
  })
}
