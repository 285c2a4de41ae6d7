/** Which address a browser believes to talk to, and whether we believe it: against DNS rebinding, foreign pages, and cookies over open networks. */
import type { IncomingHttpHeaders } from 'node:http'

export type OriginSettings = { host: string; publicOrigin: string; tls: boolean }
/** `loopback`: both the name and the wire stay on this machine. */
export type RequestOrigin = { origin: string; secure: boolean; loopback: boolean }
export type Arrival = { headers: IncomingHttpHeaders; remoteAddress: string | undefined }

export type Origins = {
  /** The origin this request was sent to, or null when its Host header names somebody else. */
  of(arrival: Arrival): RequestOrigin | null
  /** May a page that says it is from here (`Origin`, else `Sec-Fetch-Site`) change things? Programs that send neither may: they hold no ambient cookie. */
  sameOrigin(arrival: Arrival, own: RequestOrigin): boolean
}

const loopbackName = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
const loopbackAddress = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/
const sound = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i

export function openOrigins({ host, publicOrigin, tls }: OriginSettings): Origins {
  const declared = publicOrigin === '' ? null : new URL(publicOrigin)
  const onLoopback = loopbackName.test(host) || loopbackAddress.test(host)
  return {
    of({ headers, remoteAddress }) {
      const name = headers.host ?? headers[':authority']
      if (typeof name !== 'string' || !sound.test(name)) return null
      if (declared && name === declared.host) return { origin: declared.origin, secure: declared.protocol === 'https:', loopback: false }
      const local = loopbackName.test(name) && loopbackAddress.test(remoteAddress ?? '')
      if (onLoopback && !local) return null
      return { origin: new URL(`${tls ? 'https' : 'http'}://${name}`).origin, secure: tls, loopback: local }
    },
    sameOrigin({ headers }, own) {
      if (headers.origin !== undefined) return headers.origin === own.origin
      const site = headers['sec-fetch-site']
      return site === undefined || site === 'same-origin'
    },
  }
}
