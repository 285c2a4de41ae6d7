/** When the page may be loaded anew: for a new version, or each night so that nothing grows old. Never over an urgent alarm, and never into silence. Pure. */
export type PageState = {
  /** The server has another version of the screens. */
  newVersion: boolean
  /** HH:MM now, at the site. */
  minute: string
  /** HH:MM of the quiet minute, or '' for never. */
  reloadAt: string
  upMs: number
  urgentOpen: boolean
  /** A window is open: somebody is writing. */
  busy: boolean
  onDuty: boolean
  /** After a reload somebody would have to press a button before anything could be heard. */
  soundNeedsPerson: boolean
}

/** A page that has just been loaded is not loaded again within the same quiet minute. */
const youngMs = 600_000

/** `ask`: only a person may do it, because the sound would be off until she presses. */
export function reloadPlan(page: PageState): 'stay' | 'wait' | 'ask' | 'reload' {
  const nightly = page.reloadAt !== '' && page.minute === page.reloadAt && page.upMs > youngMs
  if (!page.newVersion && !nightly) return 'stay'
  if (page.urgentOpen) return page.newVersion ? 'wait' : 'stay'
  if (page.onDuty && page.soundNeedsPerson) return page.newVersion ? 'ask' : 'stay'
  return page.busy ? 'stay' : 'reload'
}
