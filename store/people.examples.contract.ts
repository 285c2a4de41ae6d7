/** One made-up site with a home, a resident, her contacts and devices, for the tests of directories. */
import type { Device } from '../domain/device.ts'
import type { Contact, Home, Resident, Site } from '../domain/people.ts'
import type { DirectoryRows } from './store.ts'

export const exampleSite = (id = 'site-a'): Site => ({
  id,
  name: '安宁社区',
  street: '和平街道',
  district: '东城区',
  city: '北京',
  timeZone: 'Asia/Shanghai',
  phone: '010-1',
})

export const exampleHome = (id = 'home-1', siteId = 'site-a'): Home => ({
  id,
  siteId,
  building: '3',
  unit: '2',
  door: '502',
  address: '和平里 1 号',
  entry: '钥匙盒在左侧',
  doorCode: '2580#',
})

export const exampleResident = (id = 'rosa', changes: Partial<Resident> = {}): Omit<Resident, 'number'> => ({
  id,
  siteId: 'site-a',
  homeId: 'home-1',
  name: '罗莎',
  sex: 'female',
  birthYear: 1938,
  phone: '1390000',
  livesAlone: true,
  speech: '重听',
  medical: ['跌倒风险', '糖尿病'],
  mode: 'home',
  modeUntil: null,
  inactivityDayHours: 6.5,
  inactivityNightHours: null,
  silenceBudget: null,
  ...changes,
})

export const exampleContact = (id: string, order: number, residentId = 'rosa'): Contact => ({
  id,
  residentId,
  name: `联系人${order}`,
  relation: order === 1 ? 'relative' : 'keyholder',
  phone: `138${order}`,
  hasKey: order > 1,
  order,
})

export const exampleDevice = (id: string, changes: Partial<Device> = {}): Omit<Device, 'number'> => ({
  id,
  siteId: 'site-a',
  residentId: 'rosa',
  gatewayId: null,
  family: 'native',
  key: id,
  base: '',
  role: 'terminal',
  room: '客厅',
  power: 'mains',
  heartbeatSeconds: 60,
  ...changes,
})

export const exampleRows = (): DirectoryRows => ({
  sites: [exampleSite()],
  homes: [exampleHome()],
  residents: [exampleResident()],
  contacts: [exampleContact('c2', 2), exampleContact('c1', 1)],
  devices: [
    exampleDevice('button-1', { gatewayId: 'term-1', role: 'sos-button', power: 'battery', heartbeatSeconds: null }),
    exampleDevice('z2m-door', { gatewayId: 'term-1', family: 'zigbee2mqtt', key: '0x00158d', role: 'front-door' }),
    exampleDevice('term-1', { base: 'zigbee2mqtt' }),
  ],
})
