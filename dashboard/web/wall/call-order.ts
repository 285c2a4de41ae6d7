/** In which order contacts are called: as registered; whoever cannot be reached now comes after the others, and last whoever has no number. Pure. */
import type { Contact } from '../../../domain/people.ts'
import type { ContactReach } from '../../contracts.ts'

type Called = Pick<Contact, 'id' | 'phone' | 'order'>

export function inCallOrder<One extends Called>(contacts: readonly One[], reach: readonly ContactReach[]): readonly One[] {
  const later = new Set(reach.flatMap(({ id, state }) => (state === 'later' ? [id] : [])))
  const lack = ({ id, phone }: Called) => (phone === '' ? 2 : Number(later.has(id)))
  return [...contacts].sort((a, b) => lack(a) - lack(b) || a.order - b.order)
}
