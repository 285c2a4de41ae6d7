/** Telephone numbers as people write them, made into the one form that providers agree on. Pure. */

/** E.164 (+8613800138000), or '' for what is no telephone number. `country`: the code of numbers written without one. */
export function e164(written: string, country = '86'): string {
  const plain = written.replace(/[\s().\-‐–—]/g, '')
  const international = plain.replace(/^00/, '+')
  if (international.startsWith('+')) return isPlausible(international.slice(1)) ? international : ''
  // The 0 before a city's code is dialled only inside the country.
  const digits = `${country}${plain.replace(/^0/, '')}`
  return isPlausible(digits) ? `+${digits}` : ''
}

const isPlausible = (digits: string): boolean => /^[1-9]\d{7,14}$/.test(digits)

/** The number inside mainland China (13800138000, 02161234567), or '' when it is of another country. */
export function nationalOf(phone: string): string {
  if (!phone.startsWith('+86')) return ''
  const digits = phone.slice(3)
  return isChineseMobile(phone) ? digits : `0${digits}`
}

/** Whether a number of this form is a mobile telephone of mainland China: the only ones that get an SMS there. */
export const isChineseMobile = (phone: string): boolean => /^\+861[3-9]\d{9}$/.test(phone)
