/** What devices said that nobody understood, shown to those whose devices they are. */
import type { Directory, Quarantine } from '../../store/store.ts'
import type { QuarantineList, QuarantineRow } from '../contracts.ts'
import { covers, type Scope, scopeOf } from './access.ts'
import { type App, signedIn } from './needs.ts'

const quarantineShown = 500
const payloadShown = 1_000

export function addQuarantine(app: App, { directory, quarantine }: { directory: Directory; quarantine: Quarantine }): void {
  app.get('/api/quarantine', { config: { needs: 'read-quarantine', look: 'quarantine' } }, async (request): Promise<QuarantineList> => {
    const scope = scopeOf(signedIn(request).user)
    const all = await quarantine.list(quarantineShown)
    const mine = scope === 'all' ? all : await ofOwnDevices({ all, directory, scope })
    return { counts: scope === 'all' ? await quarantine.counts() : countsOf(mine), entries: mine.map(quarantineRow) }
  })
}

type Entry = Awaited<ReturnType<Quarantine['list']>>[number]

/** What an unknown sender said belongs to no site, so only an admin sees it. */
async function ofOwnDevices(of: { all: readonly Entry[]; directory: Directory; scope: Scope }): Promise<readonly Entry[]> {
  const senders = [...new Set(of.all.map(({ senderId }) => senderId))]
  const sites = await Promise.all(senders.map((id) => of.directory.siteOf('devices', id)))
  const own = new Set(senders.filter((_id, index) => covers(of.scope, sites[index] ?? '')))
  return of.all.filter(({ senderId }) => own.has(senderId))
}

function countsOf(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reason } of entries) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}

const quarantineRow = ({ id, at, senderId, topic, reason, why, payload }: Entry): QuarantineRow => ({
  id,
  at,
  senderId,
  topic,
  reason,
  why,
  payloadText: new TextDecoder().decode(payload.subarray(0, payloadShown)),
  bytes: payload.byteLength,
})
