/** Makes the tones with Web Audio and says honestly whether anything can be heard. */
import { batch } from '@preact/signals'
import type { OpenAlarm } from '../../../domain/alarm.ts'
import { lateSteps } from '../../../domain/response.ts'
import { elapsed, later } from '../shared/clock.ts'
import { language } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import { tellSounded, tellWatch } from './live.ts'
import { askToNotify, notifyHidden } from './notify.ts'
import { isMine, whatOf } from './say.ts'
import { forget, newlyGiven, nextTone, type Ringing, silence, type Tone } from './sound-plan.ts'
import { spokenLine } from './spoken.ts'
import { harmonics, scores } from './tones.ts'
import { speak } from './voice.ts'

let context: AudioContext | null = null
let voice: PeriodicWave | null = null

function open(): AudioContext | null {
  if (context || typeof AudioContext === 'undefined') return context
  context = new AudioContext()
  voice = context.createPeriodicWave(new Float32Array(harmonics.length + 1), new Float32Array([0, ...harmonics]))
  context.onstatechange = showState
  return context
}

function showState(): void {
  const state = !context ? 'none' : context.state === 'running' && !stands() ? 'running' : 'suspended'
  if (desk.sound.value === state) return
  desk.sound.value = state
  tellWatch()
}

/** The clock of the sound goes on only while sound goes out: one that stands is silence, whatever the browser calls it. */
const standsAfterMs = 2_500
let moved = { time: -1, at: 0 }
function stands(): boolean {
  if (!context) return true
  if (context.currentTime !== moved.time) moved = { time: context.currentTime, at: elapsed() }
  return elapsed() - moved.at > standsAfterMs
}

/** Called by the pulse: says when the sound has died, and tries to wake it. */
export function watchSound(): void {
  if (!desk.onDuty.value) return
  showState()
  if (desk.sound.value === 'suspended') context?.resume().then(showState, () => {})
}

/** Goes on watch at once where the browser allows sound without any gesture (a kiosk started with the flag for it). A person says so herself. */
export function tryUnlocked(): void {
  if (navigator.userActivation?.hasBeenActive || open()?.state !== 'running') return
  desk.soundNeedsPerson.value = false
  goOnDuty()
}

/** Goes on watch; must be called from a click or a key, or the browser keeps the sound off. */
export function goOnDuty(): void {
  const audio = open()
  batch(() => {
    desk.onDuty.value = true
    desk.watching.value = false
  })
  moved = { time: -1, at: elapsed() }
  showState()
  tellWatch()
  askToNotify()
  if (!audio) return
  audio.resume().then(showState, showState)
  play('chime')
}

function play(tone: Tone): boolean {
  if (!context || !voice) return false
  const { pulses, gain } = scores[tone]
  const from = context.currentTime + 0.02
  for (const { at, lasts, hertz } of pulses) {
    const oscillator = context.createOscillator()
    const envelope = context.createGain()
    oscillator.setPeriodicWave(voice)
    oscillator.frequency.value = hertz
    envelope.gain.setValueAtTime(0, from + at)
    envelope.gain.linearRampToValueAtTime(gain, from + at + 0.015)
    envelope.gain.setValueAtTime(gain, from + at + lasts - 0.03)
    envelope.gain.linearRampToValueAtTime(0, from + at + lasts)
    oscillator.connect(envelope).connect(context.destination)
    oscillator.start(from + at)
    oscillator.stop(from + at + lasts)
  }
  return context.state === 'running'
}

/** Called by the pulse and by every change of the queue: starts the tone that is due. */
export function soundNow(): void {
  if (!desk.onDuty.value) return
  notifyHidden()
  soundGiven()
  const ringing = desk.ringing.value
  const { tone, speaksFor, heard } = nextTone(forget(desk.heard.value, ringing), {
    ringing,
    linkLost: desk.stale.value,
    now: desk.serverNow(),
  })
  if (heard !== desk.heard.value) desk.heard.value = heard
  if (!tone || !play(tone)) return
  for (const { alarmId, presses } of speaksFor) tellSounded(alarmId, presses)
  sayFirst(speaksFor)
}

/** A line for each press, once: the tones repeat, words that repeat are no longer heard. */
const spoken = new Set<string>()
const spokenMost = 1_000

function sayFirst(ringing: readonly Ringing[]): void {
  const fresh = ringing.find(({ key, priority }) => priority === 1 && !spoken.has(key))
  const wall = fresh && desk.picture.peek().alarms.get(fresh.alarmId)
  if (!wall) return
  if (spoken.size > spokenMost) spoken.clear()
  spoken.add(fresh.key)
  speak(spokenLine(wall.place, { what: whatOf(wall.alarm), language: language.peek(), sites: desk.picture.peek().sites.length }))
}

/** Hand-overs and overdue steps that this screen has told. */
const givenTold = new Set<string>()

/** Steps of one's own cases that are overdue and were not told yet. */
function overdue(alarm: OpenAlarm): readonly string[] {
  if (alarm.state !== 'acknowledged' || alarm.kind === 'technical' || !isMine(alarm)) return []
  return lateSteps(alarm, desk.serverNow())
    .map(({ id, dueAt }) => `${alarm.id}/${id}/${dueAt}`)
    .filter((key) => !givenTold.has(key))
}

/** "You have it now", and "this step is overdue", are heard also by whoever looks elsewhere, and under silence. */
function soundGiven(): void {
  const alarms = desk.queue.value.map(({ alarm }) => alarm)
  const given = [...newlyGiven(alarms, isMine, givenTold), ...alarms.flatMap(overdue)]
  if (given.length === 0 || !play('chime')) return
  for (const key of given) givenTold.add(key)
}

/** Plays one burst and tells whether anything went out. */
export async function proveSound(): Promise<boolean> {
  await open()
    ?.resume()
    .catch(() => {})
  const from = context?.currentTime ?? 0
  const played = play('attention')
  await new Promise<void>((resolve) => void later(600, resolve))
  return played && (context?.currentTime ?? 0) > from
}

/** Sixty seconds of silence for what sounds now. */
export function silenceNow(): void {
  desk.heard.value = silence(desk.heard.value, desk.ringing.value, desk.serverNow())
}
