/** Gives the event loop a turn in the middle of long work, so that a press is served in between. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
