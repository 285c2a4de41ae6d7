/** Who could be at her door soonest: whoever has a key, neighbours, grid workers, carers. Minutes are said only where something proves them: the same house. */
import type { Contact, Home } from '../../domain/people.ts'
import type { Directory, ResidentCard } from '../../store/store.ts'
import type { NearPerson } from '../contracts.ts'
import { covers, type Scope } from './access.ts'

/** A telephone number is looked up for so many; a card is fetched every few seconds. */
const lookedUpMost = 6
const digitsLeast = 6

const mayGo = ({ relation, hasKey }: Contact): boolean => hasKey || relation !== 'relative'

/** Nearest first; of those equally near, who has a key, then in the order of the register. */
export async function nearOf(directory: Directory, card: ResidentCard | null, scope: Scope): Promise<readonly NearPerson[]> {
  if (!card) return []
  const able = [...card.contacts].filter(mayGo).sort((a, b) => a.order - b.order)
  const found = await Promise.all(able.slice(0, lookedUpMost).map((contact) => minutesTo({ directory, card, scope }, contact)))
  return able
    .slice(0, lookedUpMost)
    .map(({ id, name, relation, phone, hasKey }, index) => ({ id, name, relation, phone, hasKey, minutes: found[index] ?? null }))
    .sort((a, b) => (a.minutes ?? far) - (b.minutes ?? far) || Number(b.hasKey) - Number(a.hasKey))
}

const far = 1_000

type Asking = { directory: Directory; card: ResidentCard; scope: Scope }

/** Somebody of the register lives where her own card says, when the telephone is the same. */
async function minutesTo({ directory, card, scope }: Asking, { phone }: Contact): Promise<number | null> {
  if (phone.replaceAll(/\D/g, '').length < digitsLeast) return null
  const found = await directory.findResidents(phone, [card.resident.siteId], 2)
  const lives = found.find(({ resident }) => resident.phone === phone && covers(scope, resident.siteId))
  return lives ? minutesBetween(card.home, lives.home) : null
}

/** Up or down the stairs, or across the yard of one house; elsewhere nobody knows. */
function minutesBetween(one: Home, other: Home): number | null {
  if (one.siteId !== other.siteId || one.building === '' || one.building !== other.building) return null
  return one.unit === other.unit ? 1 : 3
}
