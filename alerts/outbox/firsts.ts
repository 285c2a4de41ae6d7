/** Says whether something is heard for the first time; of very many things it forgets the oldest, and then says so once more. */
export function openFirsts(most: number): { isFirst(what: string): boolean } {
  const heard = new Set<string>()
  return {
    isFirst(what) {
      if (heard.has(what)) return false
      heard.add(what)
      const [oldest] = heard
      if (heard.size > most && oldest !== undefined) heard.delete(oldest)
      return true
    },
  }
}
