/** 各种读数的中文说法。 */
import type { ReadingKind } from '../../../../domain/reading.ts'

export const readings: Readonly<Record<ReadingKind, (value: number) => string>> = {
  heartbeat: () => '心跳',
  battery: (v) => `电量 ${v}%`,
  motion: (v) => (v ? '有人活动' : '活动停止'),
  presence: (v) => (v ? '有人' : '无人'),
  door: (v) => (v ? '门打开' : '门关上'),
  bed: (v) => (v ? '上床' : '离床'),
  vibration: () => '震动',
  button: () => '按键',
  power: (v) => (v ? '来电' : '断电'),
  'heart-rate': (v) => `心率 ${v}`,
  respiration: (v) => `呼吸 ${v}`,
  oxygen: (v) => `血氧 ${v}%`,
  systolic: (v) => `收缩压 ${v}`,
  diastolic: (v) => `舒张压 ${v}`,
  'body-temperature': (v) => `体温 ${v} ℃`,
  glucose: (v) => `血糖 ${v}`,
  weight: (v) => `体重 ${v} kg`,
  steps: (v) => `步数 ${v}`,
  temperature: (v) => `室温 ${v} ℃`,
  humidity: (v) => `湿度 ${v}%`,
  illuminance: (v) => `光照 ${v} lx`,
  'carbon-dioxide': (v) => `二氧化碳 ${v} ppm`,
  link: (v) => `信号 ${v}`,
}
