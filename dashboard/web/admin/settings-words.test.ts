import { expect, test } from 'vitest'
import { settings } from '../../../config.ts'
import { settingsZh } from './settings-words.ts'

test('every setting says in Chinese too what it is for, and none that is gone is still described', () => {
  expect(Object.keys(settingsZh).sort()).toEqual(Object.keys(settings).sort())
  for (const about of Object.values(settingsZh)) expect(about).toMatch(/\p{Script=Han}.*。$/u)
})
