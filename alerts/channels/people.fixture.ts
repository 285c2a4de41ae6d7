/** People for tests of channels that call one person: contact-3 is +8613800000003, and so on. */
import type { Person, PersonOf } from './shared/people.ts'

const first = 13_800_000_000

export const phoneOf = (contactId: string): string => `+86${first + Number(contactId.replace('contact-', ''))}`
export const emailOf = (contactId: string): string => `${contactId}@example.org`

/** Whose number that is, as text for a test to look into; '' for a stranger's. */
export const contactOf = (phone: string): string => {
  const digits = Number(phone.replace(/^\+?86/, ''))
  return digits >= first && digits < first + 1_000 ? `contact-${digits - first}` : ''
}

export const personOf: (changes?: Partial<Person>) => PersonOf =
  (changes = {}) =>
  async ({ recipient: { contactId } }) =>
    contactId === null
      ? null
      : {
          phone: phoneOf(contactId),
          email: emailOf(contactId),
          language: 'zh',
          subject: '妈妈',
          timeZone: 'Asia/Shanghai',
          centrePhone: '021-61230000',
          ...changes,
        }
