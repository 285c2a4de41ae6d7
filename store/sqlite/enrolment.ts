/** Enrolment on SQLite: devices that wait to be claimed, and when each device last showed that it works. */
import type { DeviceProof, EnrolmentStore, NewDevice } from '../../domain/enrolment.ts'
import { type Instant, instant } from '../../domain/time.ts'
import type { Database } from './database.ts'

const momentOf = (value: unknown): Instant | null => (value === null ? null : instant(Number(value)))

/** What is kept of enrolment in this database. */
export function openEnrolmentStore({ connection, reader, write }: Database): EnrolmentStore {
  const devices = reader.prepare('select * from new_devices order by last_at')
  const proofs = reader.prepare('select * from device_proofs')
  const put = connection.prepare(`
    insert into new_devices (gateway_id, key, family, first_at, last_at, kinds, vendor, model, name) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (gateway_id, key) do update set family = excluded.family, last_at = excluded.last_at, kinds = excluded.kinds,
      vendor = excluded.vendor, model = excluded.model, name = excluded.name`)
  const remove = connection.prepare('delete from new_devices where gateway_id = ? and key = ?')
  const prove = connection.prepare(`
    insert into device_proofs (device_id, claimed_at, proven_at) values (?, ?, ?)
    on conflict (device_id) do update set claimed_at = excluded.claimed_at, proven_at = excluded.proven_at`)
  const writeProofs = (list: readonly DeviceProof[]) => {
    for (const { deviceId, claimedAt, provenAt } of list) prove.run(deviceId, claimedAt, provenAt)
  }
  return {
    writeProofs,
    newDevices: () => devices.all().map(newDeviceOf),
    saveNewDevices: (changed, gone) =>
      write(() => {
        for (const one of gone) remove.run(one.gatewayId, one.key)
        for (const one of changed) {
          const hints = [one.vendor, one.model, one.name] as const
          put.run(one.gatewayId, one.key, one.family, one.firstAt, one.lastAt, JSON.stringify(one.kinds), ...hints)
        }
      }),
    proofs: () => proofs.all().map(proofOf),
    saveProofs: (list) => write(() => writeProofs(list)),
  }
}

type Row = Readonly<Record<string, unknown>>

const newDeviceOf = (row: Row): NewDevice => ({
  ...{ gatewayId: String(row.gateway_id), key: String(row.key), family: row.family as NewDevice['family'] },
  ...{ firstAt: instant(Number(row.first_at)), lastAt: instant(Number(row.last_at)) },
  kinds: JSON.parse(String(row.kinds)) as NewDevice['kinds'],
  ...{ vendor: String(row.vendor), model: String(row.model), name: String(row.name) },
})

const proofOf = (row: Row): DeviceProof => ({
  deviceId: String(row.device_id),
  claimedAt: momentOf(row.claimed_at),
  provenAt: momentOf(row.proven_at),
})
