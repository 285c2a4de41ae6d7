/** Logins that firmware made for another platform computes by itself: whose name it is there, and which topics are its own. The formulas are in broker/vendor-claims.ts. */

export const vendorSchemes = ['alink', 'onenet', 'huawei', 'tencent', 'tuya'] as const
export type VendorScheme = (typeof vendorSchemes)[number]

/** What the terminal calls itself over there. `product` is '' for Huawei and Tuya, where the device's own id says it all. */
export type VendorName = { scheme: VendorScheme; product: string; device: string }

/** A device's login, without its secrets: two are valid while it changes from one to the next. */
export type VendorLogin = VendorName & { deviceId: string; secrets: number }

/** What is kept of these logins. Secrets are sealed; reading is synchronous, because it happens at each login. */
export type VendorLogins = {
  /** Whose name this is, with its secrets (newest first), or null. */
  find(scheme: VendorScheme, name: string): { deviceId: string; secrets: readonly Uint8Array[] } | null
  of(deviceId: string): VendorLogin | null
}

const namePattern = /^[A-Za-z0-9_.@:=-]{1,64}$/
const hasProduct: Readonly<Record<VendorScheme, boolean>> = { alink: true, onenet: true, tencent: true, huawei: false, tuya: false }
/** Handed out by these platforms in base64; the others sign with the text as it stands. */
const isBase64: Readonly<Record<VendorScheme, boolean>> = { onenet: true, tencent: true, alink: false, huawei: false, tuya: false }
const base64Pattern = /^[A-Za-z0-9+/]{16,200}={0,2}$/
const secretBytesLeast = 8

/** One text for each name. Tencent writes product and device without anything between them. */
export const vendorKey = ({ scheme, product, device }: VendorName): string =>
  scheme === 'tencent' ? `${product}${device}` : hasProduct[scheme] ? `${product}/${device}` : device

/** The beginning of its own topics: the device's base in our directory. */
export function vendorBase({ scheme, product, device }: VendorName): string {
  if (scheme === 'alink') return `/sys/${product}/${device}`
  if (scheme === 'onenet') return `$sys/${product}/${device}`
  if (scheme === 'huawei') return `$oc/devices/${device}`
  return scheme === 'tencent' ? `$thing/up/+/${product}/${device}` : `tylink/${device}`
}

/** The bytes it signs with, or a sentence that says what is wrong with the name or the secret. */
export function vendorSecret(
  name: VendorName,
  secret: string,
): { bytes: Uint8Array } | { field: 'product' | 'device' | 'secret'; problem: string } {
  const { scheme, product, device } = name
  if (hasProduct[scheme] ? !namePattern.test(product) : product !== '')
    return { field: 'product', problem: hasProduct[scheme] ? 'the product as that platform calls it' : 'this platform needs none' }
  if (!namePattern.test(device)) return { field: 'device', problem: 'the device as that platform calls it' }
  if (isBase64[scheme] && !base64Pattern.test(secret)) return { field: 'secret', problem: 'the key as that platform shows it, in base64' }
  const bytes = Buffer.from(secret, isBase64[scheme] ? 'base64' : 'utf8')
  if (bytes.length < secretBytesLeast || bytes.length > 256)
    return { field: 'secret', problem: `between ${secretBytesLeast} and 256 bytes` }
  return { bytes }
}
