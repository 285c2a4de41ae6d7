/** What an unknown device said becomes the right device, or none. */
import { expect, test } from 'vitest'
import { instant } from '../../../domain/time.ts'
import type { WaitingDevice } from '../../contracts-enrolment.ts'
import { claimOf } from './quarantine-claim.ts'

const waiting = (gatewayId: string, key: string): WaitingDevice => ({
  ...{
    gatewayId,
    key,
    family: 'zigbee2mqtt',
    firstAt: instant(1),
    lastAt: instant(1),
    kinds: [],
    vendor: '',
    model: '',
    name: '',
    siteId: 's',
  },
  guess: null,
})
const entry = (topic: string, over: object = {}) => ({ reason: 'unknown-device', senderId: 'gateway-1', topic, payloadText: '{}', ...over })
const rows = { devices: [] }

test('the device with the longest name in the message, behind the same gateway', () => {
  const list = [waiting('gateway-1', 'button'), waiting('gateway-1', 'button-2'), waiting('gateway-2', 'button-22')]
  expect(claimOf(entry('zigbee2mqtt/button-22'), list, rows)?.waiting?.key).toBe('button-2')
  expect(claimOf(entry('x', { payloadText: '{"id":"button"}' }), list, rows)?.waiting?.key).toBe('button')
})

test('one that spoke for itself is begun as a row of its own, unless it is in the list by now', () => {
  expect(claimOf(entry('care/pendant-7/sos'), [], rows)).toMatchObject({ given: { id: 'pendant-7', family: 'native' } })
  expect(claimOf(entry('care/pendant-7/sos'), [], { devices: [{ id: 'pendant-7' }] as never })).toBeNull()
  expect(claimOf(entry('care/pendant-7/sos', { reason: 'undecodable' }), [], rows)).toBeNull()
})
