/** The profiles in force: read once, kept in memory, checked and tried before they are kept. */
import { parse } from 'yaml'
import { sentenceOf } from '../domain/log.ts'
import type { Signal } from '../domain/signal.ts'
import type { Clock, Instant } from '../domain/time.ts'
import type { AuditLine, ProfileStore } from '../store/store.ts'
import { jsonOf } from './decoders/decoder.ts'
import { applyProfile, isFor, type Profile, profileSchema } from './mapping.ts'

export type Checked = { profile: Profile } | { problem: string }
export type Tried = { line: number; signals: readonly Signal[]; problem: string | null }
export type Profiles = {
  /** In the order of their names; of two that are for a topic the first is used. */
  inForce(): readonly Profile[]
  stored(): readonly { id: string; text: string }[]
  check(text: string): Checked
  /** What each line of samples (a JSON value each, its topic may stand before it) would become. */
  tryOn(profile: Profile, samples: string): readonly Tried[]
  put(text: string, line: AuditLine): Promise<Checked>
  remove(id: string, line: AuditLine): Promise<boolean>
}

const textMost = 20_000
const samplesMost = 200

export function openProfiles({ store, clock }: { store: ProfileStore; clock: Pick<Clock, 'now'> }): Profiles {
  let kept = readAll()

  function readAll(): { id: string; text: string; profile: Profile }[] {
    return store.all().flatMap(({ id, text }) => {
      const checked = check(text)
      return 'profile' in checked ? [{ id, text, profile: checked.profile }] : []
    })
  }

  return {
    inForce: () => kept.map(({ profile }) => profile),
    stored: () => store.all(),
    check,
    tryOn: (profile, samples) =>
      samples
        .split('\n')
        .map((text, place) => ({ text: text.trim(), line: place + 1 }))
        .filter(({ text }) => text !== '')
        .slice(0, samplesMost)
        .map(({ text, line }) => ({ line, ...triedOn(profile, text, clock.now()) })),
    async put(text, line) {
      const checked = check(text)
      if ('profile' in checked) {
        await store.put({ id: checked.profile.profile, text }, { ...line, subjectId: checked.profile.profile })
        kept = readAll()
      }
      return checked
    },
    async remove(id, line) {
      const isGone = await store.remove(id, line)
      kept = readAll()
      return isGone
    },
  }
}

/** `mosquitto_sub -v` and most logs write the topic before the payload. */
const topicFirst = /^([^\s{["]\S*)\s+([{["].*)$/

function triedOn(profile: Profile, text: string, now: Instant): Omit<Tried, 'line'> {
  const [, topic, payload] = jsonOf(text) === undefined ? (topicFirst.exec(text) ?? []) : []
  const value = jsonOf(payload ?? text)
  if (value === undefined) return { signals: [], problem: 'This line is no JSON.' }
  if (topic !== undefined && !isFor(profile, topic)) return { signals: [], problem: `The profile is not for the topic ${topic}.` }
  return { signals: applyProfile(profile, value, now), problem: null }
}

/** People count rules from one. */
const placeOf = (path: readonly PropertyKey[]): string => {
  const [first, index, ...rest] = path
  return first === 'map' && typeof index === 'number' ? [`rule ${index + 1}`, ...rest.map(String)].join(' ') : path.map(String).join('.')
}

/** YAML or JSON, which is YAML too. The problem is one sentence that says where. */
function check(text: string): Checked {
  if (text.length > textMost) return { problem: `A profile has at most ${textMost} characters.` }
  try {
    const parsed = profileSchema.safeParse(parse(text, { maxAliasCount: 0 }))
    if (parsed.success) return { profile: parsed.data }
    const [issue] = parsed.error.issues
    return { problem: `${placeOf(issue?.path ?? []) || 'The profile'}: ${issue?.message ?? 'is not right'}.` }
  } catch (error) {
    return { problem: `This is neither YAML nor JSON: ${sentenceOf(error)}` }
  }
}
