/** The registers are kept: only what changed, never two rounds at once, and a failure is said once and made good. */
import { describe, expect, test } from 'vitest'
import type { Clock } from '../domain/time.ts'
import { type RegisterPage, type RegisterStore, StoreTrouble } from '../store/store.ts'
import { startCheckpoints } from './checkpoint.ts'
import { morning } from './silence/examples.contract.ts'
import { pageSize } from './silence/register.ts'
import { openSilence } from './silence.ts'

/** A clock whose one ticking is moved by hand. */
function handClock() {
  let work = () => {}
  const clock: Clock = {
    now: () => morning,
    elapsed: () => 0,
    later: () => () => {},
    every(_span, each) {
      work = each
      return () => {
        work = () => {}
      }
    },
  }
  return { clock, tick: () => work() }
}

function world() {
  const silence = openSilence({ devices: [], residents: [], pages: [], at: morning })
  const kept = new Map<string, RegisterPage>()
  const state = { failing: false, under: 0, underMost: 0, saves: 0 }
  const registers: RegisterStore = {
    loadPages: async (register) => [...kept.values()].filter((page) => page.register === register),
    async savePages(pages) {
      state.under += 1
      state.underMost = Math.max(state.underMost, state.under)
      state.saves += 1
      await new Promise((resolve) => setImmediate(resolve))
      state.under -= 1
      if (state.failing) throw new StoreTrouble('io-error', 'The disk does not answer.')
      for (const page of pages) kept.set(`${page.register} ${page.page}`, page)
    },
  }
  const lines: string[] = []
  const { clock, tick } = handClock()
  const stop = startCheckpoints({ silence, registers, clock, log: (level, message) => lines.push(`${level} ${message}`) })
  return { silence, kept, state, lines, tick, stop, registers }
}

const settle = async () => {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('checkpoints', () => {
  test('what changed is kept, and nothing is written when nothing changed', async () => {
    const { silence, kept, state, tick } = world()
    silence.heard({ number: 5 }, morning)
    tick()
    await settle()
    expect(kept.get('device-heard 0')?.values[5]).toBe(morning)
    tick()
    await settle()
    expect(state.saves).toBe(1)
  })

  test('a round that takes longer than a second is not overlapped', async () => {
    const { silence, state, tick, stop } = world()
    for (let page = 0; page < 100; page += 1) silence.active(page * pageSize + 1, 1, morning)
    for (let round = 0; round < 20; round += 1) tick()
    await settle()
    await stop()
    expect(state.underMost).toBe(1)
  })

  test('a failure is logged once, tried again, and loses nothing', async () => {
    const { silence, kept, state, lines, tick } = world()
    state.failing = true
    silence.heard({ number: 5 }, morning)
    for (let round = 0; round < 3; round += 1) {
      tick()
      await settle()
    }
    expect(lines).toHaveLength(1)
    expect(kept.size).toBe(0)
    state.failing = false
    tick()
    await settle()
    expect(kept.get('device-heard 0')?.values[5]).toBe(morning)
    expect(lines).toHaveLength(2)
  })

  test('stopping keeps everything, however many pages wait', async () => {
    const { silence, registers, stop } = world()
    for (let page = 0; page < 200; page += 1) silence.heard({ number: page * pageSize + 1 }, morning)
    await stop()
    const again = openSilence({ devices: [], residents: [], pages: await registers.loadPages('device-heard'), at: morning })
    expect(again.lastHeardAt(199 * pageSize + 1)).toBe(morning)
  })
})
