/** What the platform can try at the start of a shift. */

export type SelfTestParts = {
  /** A call for help the whole way; resolves with its milliseconds, rejects with a sentence that says where it was lost. */
  press(): Promise<number>
  /** One short sound of every siren of the site: how many there are, and how many said that they heard. */
  sirens(siteId: string): Promise<{ found: number; heard: number }>
}
