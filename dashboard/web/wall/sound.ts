/** Makes the tones with Web Audio and says honestly whether anything can be heard. */
import { batch } from '@preact/signals'
import * as desk from './desk.ts'
import { tellSounded, tellWatch } from './live.ts'
import { isMe } from './say.ts'
import { forget, newlyGiven, nextTone, silence, type Tone } from './sound-plan.ts'
import { harmonics, scores } from './tones.ts'

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
  const state = !context ? 'none' : context.state === 'running' ? 'running' : 'suspended'
  if (desk.sound.value === state) return
  desk.sound.value = state
  tellWatch()
}

/** Goes on watch at once where the browser allows sound without any gesture (a kiosk started with the flag for it). A person says so herself. */
export function tryUnlocked(): void {
  if (!navigator.userActivation?.hasBeenActive && open()?.state === 'running') goOnDuty()
}

/** Goes on watch; must be called from a click or a key, or the browser keeps the sound off. */
export function goOnDuty(): void {
  const audio = open()
  batch(() => {
    desk.onDuty.value = true
    desk.watching.value = false
  })
  showState()
  tellWatch()
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
}

/** Hand-overs that this screen has told. */
const givenTold = new Set<string>()

/** "You have it now" is heard also by whoever looks elsewhere, and under silence. */
function soundGiven(): void {
  const alarms = desk.queue.value.map(({ alarm }) => alarm)
  const given = newlyGiven(alarms, isMe, givenTold)
  if (given.length === 0 || !play('chime')) return
  for (const key of given) givenTold.add(key)
}

/** Sixty seconds of silence for what sounds now. */
export function silenceNow(): void {
  desk.heard.value = silence(desk.heard.value, desk.ringing.value, desk.serverNow())
}
