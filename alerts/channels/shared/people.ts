/** Where a letter's person is reached, from what the directory knows and what the person said. Channels ask it just before they call. */
import { e164 } from '../../../domain/phone.ts'
import { type Reach, usualReach } from '../../../domain/reach.ts'
import { type Accounts, type Directory, isStaffOf } from '../../../store/store.ts'
import type { Letter } from '../channel.ts'
import type { Context, Language } from './words.ts'

export type Person = {
  /** E.164, or ''. */
  phone: string
  email: string
  language: Language
  /** What they call the elder, or ''. */
  subject: string
  timeZone: string
  /** The telephone of the elder's centre. */
  centrePhone: string
}

/** The person of a letter; null when it is addressed to a place, or to nobody we know. Throws what the stores throw. */
export type PersonOf = (letter: Pick<Letter, 'subjectId' | 'siteId' | 'recipient'>) => Promise<Person | null>

export type PeopleNeeds = {
  directory: Pick<Directory, 'card' | 'site'>
  reach: (personId: string) => Promise<Reach | null>
  /** The staff: whoever is on duty is called like anybody else. */
  accounts?: Pick<Accounts, 'user'>
  /** Country code of numbers written without one. */
  country?: string
}

/** Looks anew each time: a number that was corrected a moment ago is the one that is called. */
export function openPeople({ directory, reach, accounts, country }: PeopleNeeds): PersonOf {
  return async ({ subjectId, siteId, recipient }) => {
    const { contactId } = recipient
    if (contactId === null) return null
    const [card, site, said] = await Promise.all([directory.card(subjectId), directory.site(siteId), reach(contactId)])
    const contact = card?.contacts.find(({ id }) => id === contactId)
    const staff = contact ? null : await accounts?.user(contactId)
    if (staff && !isStaffOf(staff, siteId)) return null
    if (!contact && !said && !staff) return null
    const wishes = said ?? usualReach(contactId)
    return {
      phone: e164(wishes.phone || contact?.phone || '', country),
      email: wishes.email,
      language: wishes.language,
      subject: wishes.subject,
      timeZone: wishes.timeZone || site?.timeZone || 'Asia/Shanghai',
      centrePhone: site?.phone ?? '',
    }
  }
}

/** What a message to this person says besides the letter. */
export const contextOf = ({ language, subject, timeZone, centrePhone }: Person, link: string): Context => ({
  language,
  subject,
  timeZone,
  link,
  phone: centrePhone,
})
