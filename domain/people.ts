/** The people and the places: who is cared for, where, and who can be asked for help. */
import type { Instant } from './time.ts'

/** 社区: one service centre's area, inside a street 街道, a district 区 and a city 市. */
export type Site = {
  id: string
  name: string
  street: string
  district: string
  city: string
  /** IANA zone in which the site's homes live. */
  timeZone: string
  /** The centre's telephone: what people use when the wall is down. */
  phone: string
}

/** One dwelling. `building`, `unit` and `door` are what an operator reads aloud: 3 栋 2 单元 502. */
export type Home = {
  id: string
  siteId: string
  building: string
  unit: string
  door: string
  /** Street address, for the ambulance. */
  address: string
  /** How to get in: key box, lift, dog. */
  entry: string
  /** Door code; shown only after an alarm of this home was acknowledged, and audited. */
  doorCode: string
}

export const modes = ['home', 'away', 'hospital', 'guest', 'holiday'] as const
export type Mode = (typeof modes)[number]

/** 老人: a person cared for. */
export type Resident = {
  id: string
  /** Small stable integer, index into the registers of last activity. */
  number: number
  siteId: string
  homeId: string
  name: string
  sex: 'female' | 'male' | 'unknown'
  birthYear: number | null
  phone: string
  livesAlone: boolean
  /** How to talk with her: hard of hearing, dialect, dementia. */
  speech: string
  /** What a responder must know; risks first. */
  medical: readonly string[]
  mode: Mode
  /** End of `mode`, if it has one. */
  modeUntil: Instant | null
  /** Plain inactivity limits in hours, in place of what was learned; null = learned; 0 = not watched. */
  inactivityDayHours: number | null
  inactivityNightHours: number | null
  /** False silence alarms accepted per month, the one knob of the learned rule; null = the city's default (0.5). */
  silenceBudget: number | null
}

export const relations = ['relative', 'keyholder', 'neighbour', 'carer', 'grid-worker'] as const
export type Relation = (typeof relations)[number]

/** Somebody who can be asked: 家属, 钥匙保管人, 邻居, 护理员, 网格员. */
export type Contact = {
  id: string
  residentId: string
  name: string
  relation: Relation
  phone: string
  hasKey: boolean
  /** 1 = called first. */
  order: number
  /** When she can usually be reached, in words: "after 18:00". Nobody is left out of a call by it. */
  hours?: string | undefined
}
