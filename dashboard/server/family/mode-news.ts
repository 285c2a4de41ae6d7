/** The directory as the staff's routes use it: whoever's mode it changes, the family's page hears so in the moment after. */
import type { Directory } from '../../../store/store.ts'

/** `changed` is called after the change is durable, with everybody whom it may concern. */
export function withModeNews(directory: Directory, changed: (residentIds: ReadonlySet<string>) => void): Directory {
  return {
    ...directory,
    async setMode(residentId, mode, line) {
      const isSet = await directory.setMode(residentId, mode, line)
      if (isSet) changed(new Set([residentId]))
      return isSet
    },
    async put(rows, line) {
      await directory.put(rows, line)
      if (rows.residents) changed(new Set(rows.residents.map(({ id }) => id)))
    },
  }
}
