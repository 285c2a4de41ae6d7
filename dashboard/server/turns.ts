/** One after the other: what was looked at before (the name is free, an admin is left, nobody disabled her meanwhile) is still so when it is written. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

export function openTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
}
