/** Which receipts are still owed to the server: one "painted" and one "sounded" for each press of each alarm, until the link starts anew. */
export type Receipts = {
  /** True the first time for this alarm at this number of presses. */
  first(alarmId: string, presses: number): boolean
  /** The server may have restarted and forgotten: everything is owed again. */
  startOver(): void
}

export function openReceipts(): Receipts {
  const given = new Map<string, number>()
  /** A wall that runs for a month must not remember a month; a receipt given twice does no harm. */
  const mostKept = 5_000
  return {
    first(alarmId, presses) {
      if ((given.get(alarmId) ?? 0) >= presses) return false
      if (given.size >= mostKept) given.clear()
      given.set(alarmId, presses)
      return true
    },
    startOver: () => given.clear(),
  }
}
