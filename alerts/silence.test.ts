/** The register: what is written is kept, page by page, and costs next to nothing for each device. */
import { describe, expect, test } from 'vitest'
import { instant } from '../domain/time.ts'
import { morning, watchedDevice, watchedResident } from './silence/examples.contract.ts'
import { pageSize } from './silence/register.ts'
import { openSilence } from './silence.ts'

const empty = () => openSilence({ devices: [], residents: [], pages: [], at: morning })
const at = (seconds: number) => instant(morning + seconds * 1_000)

describe('the register', () => {
  test('knows nothing of whom it never heard, and grows to any number', () => {
    const silence = empty()
    expect(silence.lastHeardAt(7)).toBe(0)
    expect(silence.lastActiveAt(400_000)).toBe(0)
    silence.heard({ number: 400_000 }, at(1))
    silence.active(300_000, 400_000, at(2))
    expect(silence.lastHeardAt(400_000)).toBe(at(1))
    expect(silence.lastActiveAt(300_000)).toBe(at(2))
    expect(silence.lastActiveDevice(300_000)).toBe(400_000)
    expect(silence.isSilent(400_000)).toBe(false)
  })

  test('a message of a device proves the gateway that carries it', () => {
    const devices = [watchedDevice(1), watchedDevice(2, { gatewayId: 'term-1' })]
    const silence = openSilence({ devices, residents: [], pages: [], at: morning })
    silence.heard({ number: 2 }, at(1))
    expect(silence.lastHeardAt(1)).toBe(at(1))
  })

  test('only changed pages are handed out, once; those given back are owed again', () => {
    const silence = empty()
    silence.heard({ number: 1 }, at(1))
    silence.heard({ number: 3 * pageSize + 5 }, at(1))
    const pages = silence.dirtyPages(10)
    expect(pages.map(({ register, page }) => `${register} ${page}`).sort()).toEqual(['device-heard 0', 'device-heard 3'])
    expect(silence.dirtyPages(10)).toEqual([])
    silence.giveBack(pages.slice(0, 1))
    expect(silence.dirtyPages(10)).toHaveLength(1)
  })

  test('with a limit every page has its turn', () => {
    const silence = empty()
    const seen = new Set<number>()
    for (let round = 0; round < 8; round += 1) {
      for (let page = 0; page < 8; page += 1) silence.heard({ number: page * pageSize }, at(round))
      silence.heard({ number: 1 }, at(round))
      for (const { page } of silence.dirtyPages(2)) seen.add(page)
    }
    expect(seen.size).toBe(8)
  })

  test('pages bring everything back; what a handed-out page holds does not change any more', () => {
    const before = empty()
    before.heard({ number: 2_000 }, at(1))
    before.active(5_000, 2_000, at(2))
    const pages = before.dirtyPages(10)
    before.heard({ number: 2_000 }, at(99))
    const after = openSilence({ devices: [], residents: [], pages, at: at(100) })
    expect(after.lastHeardAt(2_000)).toBe(at(1))
    expect(after.lastActiveAt(5_000)).toBe(at(2))
    expect(after.lastActiveDevice(5_000)).toBe(2_000)
  })

  test('enrolling again keeps what is known and drops what is not named', () => {
    const silence = openSilence({ devices: [watchedDevice(1)], residents: [watchedResident(1)], pages: [], at: morning })
    silence.heard({ number: 1 }, at(5))
    silence.enrol({ devices: [watchedDevice(1), watchedDevice(9)], residents: [watchedResident(1)] }, at(10))
    expect(silence.lastHeardAt(1)).toBe(at(5))
    silence.enrol({ devices: [], residents: [] }, at(20))
    expect(silence.devices.state[1]).toBe(0)
  })

  test('enrolling again follows a device to another gateway, room and building', () => {
    const before = [watchedDevice(1), watchedDevice(2), watchedDevice(3, { gatewayId: 'term-1' })]
    const silence = openSilence({ devices: before, residents: [], pages: [], at: morning })
    const moved = watchedDevice(3, { gatewayId: 'term-2', room: 'bath', building: 'b9' })
    silence.enrol({ devices: [watchedDevice(1), watchedDevice(2), moved], residents: [] }, at(1))
    silence.heard({ number: 3 }, at(2))
    expect([silence.lastHeardAt(1), silence.lastHeardAt(2)]).toEqual([0, at(2)])
    const { rooms, places, place } = silence.devices
    expect([rooms[3], places[place[3] ?? 0]?.building]).toEqual(['bath', 'b9'])
    silence.enrol({ devices: [watchedDevice(3)], residents: [] }, at(3))
    silence.heard({ number: 3 }, at(4))
    expect(silence.lastHeardAt(2)).toBe(at(2))
  })

  test('the numbers of a device take at most 32 bytes', () => {
    const { devices } = empty()
    const columns = [devices.heardAt.values, devices.state, devices.flags, devices.heartbeat, devices.gateway]
    const more = [devices.resident, devices.place, devices.freshSeconds, devices.certainty, devices.says]
    expect([...columns, ...more].reduce((sum, { BYTES_PER_ELEMENT }) => sum + BYTES_PER_ELEMENT, 0)).toBeLessThanOrEqual(32)
  })
})
