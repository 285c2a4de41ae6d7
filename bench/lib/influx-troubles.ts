/** What happens to an InfluxDB in the proof that nothing is lost: each trouble by its name, how it begins, whether it was met, and how it ends. */
import type { Fault, FaultProxy } from './fault-proxy.ts'
import type { RealServer } from './influxd.ts'

/** 'nothing' is none: what the same figures come to when nothing happens at all, beside which the others are read. */
export const troubleNames = ['nothing', 'killed', '503', '429', '401', 'hangs', 'refuses', 'unanswered', 'overflow'] as const
type TroubleName = (typeof troubleNames)[number]

type Trouble = {
  name: TroubleName
  sentence: string
  begin(): Promise<void> | void
  /** Whether a write has come into it. */
  met?(): boolean
  end(): Promise<void> | void
}

export function troublesOf(server: RealServer, proxy: FaultProxy): Trouble[] {
  const calm = () => proxy.set({ kind: 'none' })
  const fault = (name: TroubleName, sentence: string, what: Fault): Trouble => {
    const met = () => (proxy.writes()[what.kind === 'status' ? what.status : what.kind] ?? 0) > 0
    return { name, sentence, begin: () => proxy.set(what), met, end: calm }
  }
  return [
    { name: 'nothing', sentence: 'nothing happens', begin: () => {}, end: () => {} },
    { name: 'killed', sentence: 'influxd killed, then started again', begin: () => server.kill(), end: () => server.start() },
    fault('503', '503', { kind: 'status', status: 503 }),
    fault('429', '429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }),
    fault('401', '401', { kind: 'status', status: 401, asksToo: true }),
    fault('hangs', 'hangs', { kind: 'hang' }),
    fault('refuses', 'refuses some lines and says 400', { kind: 'partial' }),
    fault('unanswered', 'stores all and breaks off before it answers', { kind: 'unanswered' }),
  ]
}
