import { expect, test } from 'vitest'
import type { DirectoryRows } from '../../../store/store.ts'
import { en } from '../shared/i18n/en.ts'
import { offersOf } from './resident-offers.ts'
import { csvTables, doorNames, filtered, tableOf } from './rows.ts'

const rows: DirectoryRows = {
  sites: [{ id: 's', name: '幸福里', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '0571' }],
  homes: [{ id: 'h', siteId: 's', building: '3', unit: '2', door: '502', address: '', entry: '', doorCode: '9911' }],
  residents: [
    {
      ...{ id: 'r', siteId: 's', homeId: 'h', name: '王秀英', sex: 'female', birthYear: 1944, phone: '1', livesAlone: true },
      ...{
        speech: '',
        medical: ['warfarin'],
        mode: 'home',
        modeUntil: null,
        inactivityDayHours: null,
        inactivityNightHours: null,
        silenceBudget: null,
      },
    },
  ],
  contacts: [{ id: 'c', residentId: 'r', name: '张敏', relation: 'relative', phone: '2', hasKey: true, order: 1 }],
  devices: [
    {
      ...{ id: 'd', siteId: 's', residentId: 'r', gatewayId: null, family: 'native', key: 'd', base: '', role: 'sos-button' },
      ...{ room: '', power: 'battery', heartbeatSeconds: null },
    },
  ],
}

test('every list has a cell for each of its columns', () => {
  for (const name of csvTables) {
    const table = tableOf(name, rows, en)
    expect(table.rows).toHaveLength(1)
    expect(table.rows[0]?.cells).toHaveLength(table.columns.length)
  }
})

test('a home is named with its site where there are several', () => {
  const home = rows.homes[0] as DirectoryRows['homes'][number]
  const [site] = rows.sites
  const two = {
    ...rows,
    sites: [site, { ...site, id: 't', name: '梅园' }],
    homes: [home, { ...home, id: 'i', siteId: 't' }],
  } as DirectoryRows
  expect([...doorNames(rows).values()]).toEqual(['3-2-502'])
  expect([...doorNames(two).values()]).toEqual(['幸福里 3-2-502', '梅园 3-2-502'])
  expect(tableOf('residents', two, en).rows[0]?.cells).toContain('幸福里 3-2-502')
})

test('door codes and medical notes are not spread out in lists', () => {
  const all = csvTables.flatMap((name) => tableOf(name, rows, en).rows.flatMap(({ cells }) => cells))
  expect(all).not.toContain('9911')
  expect(all.join(' ')).not.toContain('warfarin')
})

test('the filter looks into every cell', () => {
  const table = tableOf('contacts', rows, en)
  expect(filtered(table, ' 王秀英 ')).toHaveLength(1)
  expect(filtered(table, 'nobody')).toHaveLength(0)
})

test('of many residents those are offered whose door and name hold what was typed, and whoever is chosen already', () => {
  const [home, resident] = [rows.homes[0], rows.residents[0]]
  if (!home || !resident) throw new Error('There is no home.')
  const town: DirectoryRows = {
    ...rows,
    homes: [home, { ...home, id: 'h2', door: '601' }],
    residents: [resident, { ...resident, id: 'r2', homeId: 'h2', name: '李国强' }, { ...resident, id: 'r3', siteId: 'elsewhere' }],
  }
  const offered = (typed: string, chosen = '') => offersOf(town, { siteId: 's', typed, chosen }).found.map(({ id }) => id)
  expect(offered('')).toEqual(['r', 'r2'])
  expect(offered('3-2 王')).toEqual(['r'])
  expect(offered('601')).toEqual(['r2'])
  expect(offered('601', 'r')).toEqual(['r', 'r2'])
  expect(offered('nobody')).toEqual([])
  expect(offersOf(town, { siteId: null, typed: '', chosen: '' }).total).toBe(3)
})
