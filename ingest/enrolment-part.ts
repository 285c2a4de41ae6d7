/** What is kept of a device in memory and on the disk, changed together with what others write in one commit: both as it is now, or both as it was. */

export type Part = {
  /** Within the transaction; may be run again after a rollback. In memory at once, so that no press comes between two halves. */
  write(): void
  /** The commit failed. */
  undo(): void
}

/** `store`: writes what `kept` shall hold of this device to the disk. */
export function keptPart<Of extends { deviceId: string }>(kept: Map<string, Of>, next: Of, store: () => void): Part {
  let before: Of | undefined
  let isIn = false
  return {
    write() {
      store()
      if (!isIn) before = kept.get(next.deviceId)
      isIn = true
      kept.set(next.deviceId, next)
    },
    undo() {
      if (!isIn || kept.get(next.deviceId) !== next) return
      if (before) kept.set(next.deviceId, before)
      else kept.delete(next.deviceId)
    },
  }
}
