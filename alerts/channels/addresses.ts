/** Which network addresses a webhook may be sent to: those of the outside world, unless the operator allows its own. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** Networks that are the machine itself, its neighbours, or nobody. */
const inside = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inside.addSubnet(network, bits, 'ipv4')
}
for (const [network, bits] of [
  // Everything that is not global unicast (2000::/3), and within it the ways to wrap an inside IPv4 address.
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 32],
  ['2002::', 16],
] as const) {
  inside.addSubnet(network, bits, 'ipv6')
}

export type Address = { address: string; family: 4 | 6 }

/** True when the address is private, loopback, link-local or otherwise not of the outside world. */
export function isInside(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return inside.check(address, 'ipv4')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return mapped ? inside.check(mapped, 'ipv4') : family === 0 || inside.check(address, 'ipv6')
}

/**
 * The address to connect to. The caller connects to this very address, so that a name cannot point elsewhere a moment later.
 * A name with even one inside address is not trusted. Throws when the name cannot be resolved.
 */
export async function resolveOutside(host: string, allowInside: boolean): Promise<Address | null> {
  // URL keeps the brackets of an IPv6 address.
  const bare = host.replace(/^\[|\]$/g, '')
  const literal = isIP(bare)
  const found = literal === 0 ? await lookup(bare, { all: true }) : [{ address: bare, family: literal }]
  if (!allowInside && found.some((each) => isInside(each.address))) return null
  const [first] = found
  return first ? { address: first.address, family: first.family === 6 ? 6 : 4 } : null
}
