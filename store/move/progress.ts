/** A bar that grows on a terminal, and a line for each tenth anywhere else. */
const width = 30

export type Progress = { tell(done: number, total: number): void; end(): void }

/** `elapsed`: milliseconds since some moment. */
export function openProgress(to: { isTTY?: boolean; write(text: string): unknown }, elapsed: () => number): Progress {
  const begun = elapsed()
  let [first, tenth] = [-1, -1]
  return {
    tell(done, total) {
      if (first < 0) first = done
      const share = total === 0 ? 1 : Math.min(1, done / total)
      const rate = Math.round(((done - first) * 1_000) / Math.max(1, elapsed() - begun))
      const filled = Math.round(share * width)
      const text = `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %  ${shown(done)} of ${shown(total)} readings, ${shown(rate)}/s`
      if (to.isTTY) to.write(`\r${text} `)
      else if (Math.floor(share * 10) !== tenth) to.write(`${text}\n`)
      tenth = Math.floor(share * 10)
    },
    end() {
      if (to.isTTY) to.write('\n')
    },
  }
}

const shown = (n: number): string => n.toLocaleString('en-GB')
