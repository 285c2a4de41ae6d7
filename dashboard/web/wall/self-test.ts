/** The test at the start of a shift, run from this screen: its sound, its link, and what the server tries for it. The last result is kept on this machine. */
import { signal } from '@preact/signals'
import { hours } from '../../../domain/time.ts'
import type { SelfTestAnswer } from '../../contracts-self-test.ts'
import { api } from '../shared/api.ts'
import { localNow } from '../shared/clock.ts'
import * as desk from './desk.ts'
import { proveSound } from './sound.ts'

const memory = 'anling.self-test'
const shift = hours(6)

export const lastTest = signal<SelfTestAnswer | null>(remembered())
export const testing = signal(false)

function remembered(): SelfTestAnswer | null {
  try {
    return JSON.parse(localStorage.getItem(memory) ?? 'null') as SelfTestAnswer | null
  } catch {
    return null
  }
}

/** A site without a siren has not failed; it has none. */
export const passed = ({ sound, screen, siren, press }: SelfTestAnswer): boolean =>
  sound === 'ok' && screen === 'ok' && siren !== 'failed' && press === 'ok'

/** Runs it now. Without an answer nothing was proven, and the old result stays. */
export async function runSelfTest(): Promise<void> {
  if (testing.value) return
  testing.value = true
  const sound = (await proveSound()) ? 'ok' : 'failed'
  const screen = desk.link.peek().state === 'live' ? 'ok' : 'failed'
  const answer = await api.selfTest({ sound, screen, siteIds: desk.ownSites.peek() ?? undefined })
  testing.value = false
  if (!answer.ok) return
  lastTest.value = answer.value
  try {
    localStorage.setItem(memory, JSON.stringify(answer.value))
  } catch {
    return // a locked-down browser forgets; the record of the server does not
  }
}

/** Once a shift by itself, as soon as the watch begins. */
export function testAtShiftStart(): void {
  if (lastTest.peek() === null || localNow() - (lastTest.peek()?.at ?? 0) > shift) void runSelfTest()
}
