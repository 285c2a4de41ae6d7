/** The columns of each table as a spreadsheet shows them: name, Chinese label, and how a cell is read and written. */
import type { Table } from './schemas.ts'

export type Column = {
  key: string
  label: string
  /** The value for the schema; what cannot be read stays as it is, and the schema names the mistake. */
  read(cell: string): unknown
  write(value: unknown): string
}

type Words = Readonly<Record<string, string>>
type Named = readonly [key: string, label: string]

const written = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

const text = ([key, label]: Named): Column => ({ key, label, read: (cell) => cell, write: written })
/** An empty cell is null. */
const optional = ([key, label]: Named): Column => ({ key, label, read: (cell) => (cell === '' ? null : cell), write: written })
const number = ([key, label]: Named): Column => ({
  key,
  label,
  read: (cell) => (cell.trim() === '' ? null : numberOf(cell)),
  write: written,
})
/** One of a few words; the Chinese ones are understood too. An empty cell is left to the schema's default. */
const word = ([key, label]: Named, words: Words): Column => ({
  key,
  label,
  read: (cell) => (cell === '' ? undefined : (words[cell] ?? cell)),
  write: written,
})
const yesNo = (named: Named): Column => {
  const values: Readonly<Record<string, boolean>> = {
    true: true,
    false: false,
    是: true,
    否: false,
    有: true,
    无: false,
    '1': true,
    '0': false,
  }
  return { ...text(named), read: (cell) => (cell === '' ? undefined : (values[cell.toLowerCase()] ?? cell)) }
}
const moment = ([key, label]: Named): Column => ({
  key,
  label,
  read: (cell) => (cell === '' ? null : momentOf(cell)),
  write: (value) => (typeof value === 'number' ? new Date(value).toISOString() : ''),
})
/** Several texts in one cell, parted by `|`; a bar of the text itself is written `\|`. */
const list = ([key, label]: Named): Column => ({
  key,
  label,
  read: (cell) => (cell === '' ? [] : partsOf(cell)),
  write: (value) => (Array.isArray(value) ? value.map((part) => String(part).replace(/[\\|]/g, '\\$&')).join('|') : ''),
})

const numberOf = (cell: string): number | string => (/^-?\d+(\.\d+)?$/.test(cell.trim()) ? Number(cell) : cell)

function momentOf(cell: string): number | string {
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(cell)
  const at = zoned ? Date.parse(cell) : Number.NaN
  return Number.isNaN(at) ? cell : at
}

const partsOf = (cell: string): string[] => (cell.match(/(?:\\.|[^|\\])+|\\$/g) ?? []).map((part) => part.replace(/\\([\\|])/g, '$1'))

const sexes = { 女: 'female', 男: 'male', 未知: 'unknown' }
const relations = { 家属: 'relative', 钥匙保管人: 'keyholder', 邻居: 'neighbour', 护理员: 'carer', 网格员: 'grid-worker' }
const modes = { 在家: 'home', 外出: 'away', 住院: 'hospital', 有客: 'guest', 假期: 'holiday' }
const powers = { 市电: 'mains', 电池: 'battery' }

export const columns: Readonly<Record<Table, readonly Column[]>> = {
  sites: [
    text(['id', '编号']),
    text(['name', '名称']),
    text(['street', '街道']),
    text(['district', '区县']),
    text(['city', '城市']),
    text(['timeZone', '时区']),
    text(['phone', '电话']),
  ],
  homes: [
    text(['id', '编号']),
    text(['siteId', '社区编号']),
    text(['building', '楼栋']),
    text(['unit', '单元']),
    text(['door', '室号']),
    text(['address', '地址']),
    text(['entry', '进门方式']),
    text(['doorCode', '门禁密码']),
  ],
  residents: [
    text(['id', '编号']),
    text(['siteId', '社区编号']),
    text(['homeId', '住房编号']),
    text(['name', '姓名']),
    word(['sex', '性别'], sexes),
    number(['birthYear', '出生年份']),
    text(['phone', '电话']),
    yesNo(['livesAlone', '独居']),
    text(['speech', '沟通']),
    list(['medical', '病史']),
    word(['mode', '状态'], modes),
    moment(['modeUntil', '状态截止']),
    number(['inactivityDayHours', '白天无活动小时']),
    number(['inactivityNightHours', '夜间无活动小时']),
    number(['silenceBudget', '每月误报预算']),
  ],
  contacts: [
    text(['id', '编号']),
    text(['residentId', '老人编号']),
    text(['name', '姓名']),
    word(['relation', '关系'], relations),
    text(['phone', '电话']),
    yesNo(['hasKey', '有钥匙']),
    { ...number(['order', '顺序']), read: (cell) => (cell.trim() === '' ? undefined : numberOf(cell)) },
    text(['hours', '可联系时间']),
  ],
  devices: [
    text(['id', '编号']),
    text(['siteId', '社区编号']),
    optional(['residentId', '老人编号']),
    optional(['gatewayId', '网关编号']),
    text(['family', '协议']),
    text(['key', '设备标识']),
    text(['base', '主题前缀']),
    text(['role', '角色']),
    text(['room', '房间']),
    word(['power', '供电'], powers),
    number(['heartbeatSeconds', '心跳秒数']),
  ],
}
