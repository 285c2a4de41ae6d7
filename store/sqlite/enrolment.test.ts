/** Enrolment on a real disk: what waits and what is proven is there after a restart, and a proof goes with its device. */
import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { NewDevice } from '../../domain/enrolment.ts'
import { instant } from '../../domain/time.ts'
import { openDatabase } from './database.ts'
import { openDirectory } from './directory.ts'
import { openEnrolmentStore } from './enrolment.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

test('devices that wait and proofs outlive a restart; a device that is removed takes its proof along', async () => {
  const dataDir = await temporaryFolder()
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const first = openDatabase(needsOf(dataDir))
  const store = openEnrolmentStore(first)
  const lamp: NewDevice = {
    ...{ gatewayId: 'gateway', key: '灯', family: 'zigbee2mqtt', firstAt: instant(1_000), lastAt: instant(2_000) },
    ...{ kinds: ['state', 'battery'], vendor: 'v', model: 'm', name: '' },
  }
  const button: NewDevice = { ...lamp, key: 'button' }
  await store.saveNewDevices([lamp, button], [])
  await store.saveNewDevices([{ ...lamp, firstAt: instant(9_000), lastAt: instant(9_000) }], [button])
  const site = { id: 's', name: 's', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '' }
  const device = { id: 'device-1', siteId: 's', residentId: null, gatewayId: null, family: 'native', key: 'device-1', base: '' } as const
  await openDirectory(first).put({
    sites: [site],
    devices: [{ ...device, role: 'other', room: '', power: 'mains', heartbeatSeconds: null }],
  })
  const claimed = { deviceId: 'device-1', claimedAt: instant(5), provenAt: null }
  const proven = { deviceId: 'device-2', claimedAt: null, provenAt: instant(7) }
  await store.saveProofs([claimed, { ...proven, provenAt: instant(6) }])
  await store.saveProofs([proven])
  first.close()

  const second = openDatabase(needsOf(dataDir))
  onTestFinished(second.close)
  const again = openEnrolmentStore(second)
  // First heard stays what it was, whatever a later memory says.
  expect(again.newDevices()).toEqual([{ ...lamp, lastAt: instant(9_000) }])
  expect(again.proofs()).toEqual([claimed, proven])
  await openDirectory(second).remove('devices', 'device-1')
  expect(again.proofs()).toEqual([proven])
})
