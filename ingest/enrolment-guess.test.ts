/** What a device that nobody listed is guessed to be for. */
import { expect, test } from 'vitest'
import type { NewDevice } from '../domain/enrolment.ts'
import { guessRole } from './enrolment-guess.ts'

test('roles are guessed from names and deeds, and not where nothing points to one', () => {
  const guess = (more: Partial<NewDevice>) => guessRole({ kinds: [], vendor: '', model: '', name: '', key: '', ...more })
  expect(guess({ kinds: ['button'], name: 'SOS button' })).toBe('sos-button')
  expect(guess({ kinds: ['button'], key: 'bedroom_sos' })).toBe('sos-button')
  expect(guess({ kinds: ['button'], name: '紧急按钮' })).toBe('sos-button')
  expect(guess({ kinds: ['button'], name: 'Wireless mini switch' })).toBeNull()
  expect(guess({ kinds: ['contact', 'battery'], name: 'Aqara' })).toBe('front-door')
  expect(guess({ kinds: ['environment', 'smoke'] })).toBe('smoke')
  expect(guess({ kinds: ['environment'], name: 'PIR sensor' })).toBe('motion')
  expect(guess({ kinds: ['environment'] })).toBe('environment')
  expect(guess({ model: 'Company AG', name: 'Co-op lamp' })).toBeNull()
})
