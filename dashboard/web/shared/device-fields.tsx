/** What is asked of every device that is claimed, by the office and in the flat alike: what it is for, where it stands, its power, how often it is heard. */
import type { Signal } from '@preact/signals'
import { type Role, roles } from '../../../domain/device.ts'
import { Choice } from './choice.tsx'
import { words } from './i18n/i18n.ts'
import { Field } from './ui.tsx'

/** Minutes between two signs: sensors report by themselves a few times a day; a button on a battery is silent until it is pressed. */
export const usualMinutes: Readonly<Partial<Record<Role, number>>> = {
  ...{ motion: 240, presence: 60, 'front-door': 240, door: 240, bed: 60, smoke: 1_440 },
}

type Texts = { [text in 'role' | 'choose' | 'room' | 'power' | 'battery' | 'mains' | 'every' | 'noPromise']: string } & {
  minutes: (count: number) => string
}
type Props = {
  draft: { [field in 'role' | 'room' | 'power' | 'minutes']: Signal<string> }
  texts: Texts
  /** Minutes between two signs that may be chosen. */
  intervals: readonly number[]
}

export function DeviceFields({ draft: { role, room, power, minutes }, texts: t, intervals }: Props) {
  const powers = [['battery', t.battery] as const, ['mains', t.mains] as const]
  return (
    <>
      <Choice label={t.role} chosen={role} empty={t.choose} choices={roles.map((name) => [name, words.value.deviceRoles[name]])} required />
      <Field
        label={t.room}
        value={room.value}
        maxLength={40}
        onText={(text) => {
          room.value = text
        }}
      />
      <Choice label={t.power} chosen={power} choices={powers} />
      <Choice label={t.every} chosen={minutes} empty={t.noPromise} choices={intervals.map((n) => [String(n), t.minutes(n)])} />
    </>
  )
}
