/** The alarm tones as data: when each pulse begins, how long, how high. Low fundamentals with harmonics, for old ears and cheap speakers. */
import type { Tone } from './sound-plan.ts'

/** Seconds and hertz. */
export type Pulse = { at: number; lasts: number; hertz: number }
export type Score = { pulses: readonly Pulse[]; gain: number }

const pulse = (at: number, hertz: number, lasts = 0.15): Pulse => ({ at, lasts, hertz })

/** Three and two pulses, twice: the general pattern of urgent alarms. */
const threeAndTwo = (from: number) => [0, 0.25, 0.5, 0.95, 1.2].map((at, n) => pulse(from + at, n % 5 < 3 ? 523 : 659))
const urgent = [...threeAndTwo(0), ...threeAndTwo(2.1)]

export const scores: Readonly<Record<Tone, Score>> = {
  urgent: { pulses: urgent, gain: 0.4 },
  // Six decibels more.
  'urgent-loud': { pulses: urgent, gain: 0.8 },
  attention: { pulses: [pulse(0, 587, 0.2), pulse(0.35, 587, 0.2), pulse(0.7, 587, 0.2)], gain: 0.32 },
  chime: { pulses: [pulse(0, 660, 0.5)], gain: 0.22 },
  'link-loss': { pulses: [pulse(0, 620, 0.22), pulse(0.28, 520, 0.22), pulse(0.56, 415, 0.34)], gain: 0.3 },
}

/** Strength of the fundamental and of each harmonic above it. */
export const harmonics = [1, 0.6, 0.42, 0.26, 0.16, 0.1] as const
