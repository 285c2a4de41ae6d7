/** Where a session came from, in the words by which its owner knows it again: browser, system and network; no whole addresses. */
import type { FastifyRequest } from 'fastify'

/** The order matters: each of these also says it is the ones below it. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger\//, 'WeChat'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/HarmonyOS.*ArkWeb|HuaweiBrowser\//, 'Huawei Browser'],
  [/QQBrowser\//, 'QQ Browser'],
  [/(OPR|Opera)\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]
const wordFor = (list: typeof browsers, agent: string) => list.find(([pattern]) => pattern.test(agent))?.[1] ?? ''

/** Such as `Chrome · Windows`; '' for a program that is no browser. */
export const browserWords = (agent: string): string => [wordFor(browsers, agent), wordFor(systems, agent)].filter(Boolean).join(' · ')

/** The network, not the machine: `192.168.1.x`, `2001:db8:7::`, and `localhost` for this very machine. */
export function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address)?.[1]
  if (v4?.startsWith('127.') || address === '::1') return 'localhost'
  if (v4) return `${v4}.x`
  return address.includes(':') ? `${address.split('::')[0]?.split(':').slice(0, 3).join(':')}::` : ''
}

export const cameFrom = (request: FastifyRequest) => ({
  label: browserWords(String(request.headers['user-agent'] ?? '').slice(0, 400)),
  place: networkOf(request.ip),
})
