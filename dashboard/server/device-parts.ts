/** What the dashboard is given for the devices' own routes: mapping profiles, and the way in over HTTP. */
import type { Accept } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import type { AuditLine } from '../../store/store.ts'
import type { StoredProfile } from '../contracts-profiles.ts'

/** `admits`: whether this is the token of that device. `accept`: the same door as for a message over MQTT. */
export type WayIn = { admits(deviceId: string, token: string): Promise<boolean>; accept: Accept }

type Checked<Profile> = { profile: Profile } | { problem: string }
export type Tried = { line: number; signals: readonly Signal[]; problem: string | null }

/** What is done with profiles; what one looks like inside is no business of the screens. */
export type ProfileDesk<Profile = unknown> = {
  stored(): readonly StoredProfile[]
  check(text: string): Checked<Profile>
  tryOn(profile: Profile, samples: string): readonly Tried[]
  put(text: string, line: AuditLine): Promise<Checked<Profile>>
  remove(id: string, line: AuditLine): Promise<boolean>
}
