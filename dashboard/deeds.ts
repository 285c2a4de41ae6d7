/** The deeds that rights are given for: one word for each thing a person of the staff may do. The table of who may is in server/access.ts. */

export const deeds = [
  'watch', // the wall, cards, residents
  'answer', // acknowledge, note, resolve
  'read-directory',
  'edit-directory', // homes, residents, contacts, devices, plans of the own sites; CSV
  'edit-sites', // create and remove whole sites; plans for everybody
  'enrol-devices', // claim devices and test them in the homes of the own sites: what a technician is there for
  'read-quarantine',
  'manage-users',
  'edit-settings', // settings of the platform, API keys, webhooks
  'read-audit', // who looked at whom: needs no right to look oneself
  'read-reports', // the figures an office answers for, and their CSV
] as const
export type Deed = (typeof deeds)[number]
