/** Which device a message in quarantine came from, if one can be made of it: one that waits behind its gateway, or one that spoke for itself. */
import type { DirectoryRows } from '../../../store/store.ts'
import type { QuarantineRow } from '../../contracts.ts'
import type { WaitingDevice } from '../../contracts-enrolment.ts'
import type { Values } from './form.tsx'

/** `waiting`: it is claimed as every new device is. `given`: what a new row begins with. */
export type Turned = { name: string; waiting?: WaitingDevice; given?: Values }

const own = /^care\/([A-Za-z0-9_-]{4,64})\//

export function claimOf(
  entry: Pick<QuarantineRow, 'reason' | 'senderId' | 'topic' | 'payloadText'>,
  waiting: readonly WaitingDevice[],
  rows: Pick<DirectoryRows, 'devices'> | null,
): Turned | null {
  const { reason, senderId, topic, payloadText } = entry
  if (reason !== 'unknown-device' || rows === null) return null
  const behind = waiting.filter(({ gatewayId, key }) => gatewayId === senderId && (topic.includes(key) || payloadText.includes(key)))
  // The longest name that is in the message: "button" is also in "button-2".
  const [best] = [...behind].sort((a, b) => b.key.length - a.key.length)
  if (best) return { name: best.key, waiting: best }
  const id = own.exec(topic)?.[1] ?? senderId
  if (id === '' || rows.devices.some((device) => device.id === id)) return null
  return { name: id, given: { id, key: id, family: 'native' } }
}
