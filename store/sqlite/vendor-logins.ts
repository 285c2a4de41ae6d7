/** Logins by other platforms' formulas, on SQLite. Their secrets must be read again at each login, so they are sealed (AES-256-GCM) under a key that is not in the database. */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredCredential } from '../../domain/message.ts'
import { instant } from '../../domain/time.ts'
import { type VendorLogin, type VendorLogins, type VendorName, type VendorScheme, vendorKey } from '../../domain/vendor-login.ts'
import type { AuditLine } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

export type DeviceLogins = VendorLogins & {
  /** A second secret under the same name stays beside the first; a third, or another name, takes the place of what was there. False when the name is another device's. */
  put(login: VendorName & { deviceId: string; secret: Uint8Array }, line?: AuditLine): Promise<boolean>
  /** False, and no line, when there was none. */
  remove(deviceId: string, line?: AuditLine): Promise<boolean>
  /** Adds to a credential by which other ways the device may come; of one without a token, what it may do when it comes by those. */
  complete(deviceId: string, found: StoredCredential | null): StoredCredential | null
}

const secretsMost = 2

/** The 32 bytes of `<dataDir>/vendor-key`; made once, readable by its owner only. Losing it means giving those secrets again. Throws a sentence when the file is damaged. */
export function readVendorKey(dataDir: string): KeyObject {
  const path = join(dataDir, 'vendor-key')
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600, flush: true })
  const key = readFileSync(path)
  if (key.length !== 32) throw new Error(`${path} must hold 32 bytes; it holds ${key.length}. Restore it from a backup.`)
  return createSecretKey(key)
}

type Named = { deviceId: string; scheme: VendorScheme; name: string }
/** A sealed secret opens only for the device and the name that it was sealed for. */
const words = ({ deviceId, scheme, name }: Named): Buffer => Buffer.from([deviceId, scheme, name].join('\n'))

export function seal(key: KeyObject, named: Named, secret: Uint8Array): Buffer {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(words(named))
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

/** Throws when it was sealed under another key, or for somebody else. */
export function unseal(key: KeyObject, named: Named, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(words(named))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}

export function openDeviceLogins(database: Database, key: KeyObject): DeviceLogins {
  const { reader } = database
  const byName = reader.prepare('select device_id, sealed from vendor_logins where scheme = ? and name = ? order by place desc')
  const byDevice = reader.prepare(
    'select scheme, product, device, count(*) as secrets from vendor_logins where device_id = ? group by device_id',
  )
  return {
    find(scheme, name) {
      const rows = byName.all(scheme, name) as { device_id: string; sealed: Uint8Array }[]
      const deviceId = rows[0]?.device_id
      return deviceId === undefined
        ? null
        : { deviceId, secrets: rows.map(({ sealed }) => unseal(key, { deviceId, scheme, name }, sealed)) }
    },
    of(deviceId): VendorLogin | null {
      const row = byDevice.get(deviceId)
      if (!row) return null
      const { scheme, product, device, secrets } = row
      return { deviceId, scheme: scheme as VendorScheme, product: String(product), device: String(device), secrets: Number(secrets) }
    },
    complete: prepareComplete(database),
    ...writes(database, key),
  }
}

function writes({ connection, write }: Database, key: KeyObject): Pick<DeviceLogins, 'put' | 'remove'> {
  const other = connection.prepare('select 1 from vendor_logins where scheme = ? and name = ? and device_id <> ?')
  const forgetOthers = connection.prepare('delete from vendor_logins where device_id = ? and (scheme, name) <> (?, ?)')
  const add = connection.prepare('insert into vendor_logins (device_id, scheme, name, product, device, sealed) values (?, ?, ?, ?, ?, ?)')
  const trim = connection.prepare(`
    delete from vendor_logins where device_id = ?1 and place not in
      (select place from vendor_logins where device_id = ?1 order by place desc limit ${secretsMost})`)
  const remove = connection.prepare('delete from vendor_logins where device_id = ?')
  const line = prepareAuditLine(connection)
  return {
    put: ({ deviceId, secret, ...named }, noted) =>
      write(() => {
        const name = vendorKey(named)
        const { scheme, product, device } = named
        if (other.get(scheme, name, deviceId)) return false
        forgetOthers.run(deviceId, scheme, name)
        add.run(deviceId, scheme, name, product, device, seal(key, { deviceId, scheme, name }, secret))
        trim.run(deviceId)
        line(noted)
        return true
      }),
    remove: (deviceId, noted) =>
      write(() => {
        const isGone = remove.run(deviceId).changes > 0
        if (isGone) line(noted)
        return isGone
      }),
  }
}

function prepareComplete({ reader }: Database): DeviceLogins['complete'] {
  const known = reader.prepare(`
    select base, exists (select 1 from vendor_logins where device_id = devices.id) as vendor,
      (select ended_at from certificate_ends where device_id = devices.id) as ended_at
    from devices where id = ?`)
  const carried = reader.prepare("select id from devices where gateway_id = ? and family = 'native' order by number")
  return (deviceId, found) => {
    const row = known.get(deviceId)
    if (!row) return found
    const rights = found ?? {
      ...{ deviceId, tokenHashes: [], base: String(row.base) },
      carries: carried.all(deviceId).map(({ id }) => String(id)),
    }
    const certifiedAfter = row.ended_at === null ? null : instant(Number(row.ended_at))
    return { ...rights, byVendor: row.vendor === 1, certifiedAfter }
  }
}
