/** Whoever changes where somebody is (the staff, a relative, her own button, or that she was seen at home again): the family's page hears so in the moment after. */
import type { Directory } from '../../../store/store.ts'

type Listener = (residentIds: ReadonlySet<string>) => void
/** Told after a change is durable, with everybody whom it may concern. */
export type ModeNews = { subscribe(listener: Listener): () => void }

/** The same directory, and news of its changes. Everybody who changes modes must be given this one. */
export function withModeNews(plain: Directory): { directory: Directory; modeNews: ModeNews } {
  const listeners = new Set<Listener>()
  const tell = (ids: readonly string[]) => {
    for (const listener of listeners) listener(new Set(ids))
  }
  const directory: Directory = {
    ...plain,
    async setMode(residentId, mode, line) {
      const isSet = await plain.setMode(residentId, mode, line)
      if (isSet) tell([residentId])
      return isSet
    },
    async put(rows, line, along) {
      await plain.put(rows, line, along)
      if (rows.residents) tell(rows.residents.map(({ id }) => id))
    },
  }
  const subscribe = (listener: Listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return { directory, modeNews: { subscribe } }
}
