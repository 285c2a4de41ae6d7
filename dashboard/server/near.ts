/** Who could be at her door soonest: whoever has a key, neighbours, grid workers, carers. Minutes are said only where something proves them: the same house, or the plan of the site. */
import type { Contact, Home } from '../../domain/people.ts'
import { buildingOf, metresBetween, middleOf, type SitePlan } from '../../domain/site-plan.ts'
import type { Clock } from '../../domain/time.ts'
import type { Directory, MapStore, ResidentCard } from '../../store/store.ts'
import type { ContactReach, NearPerson } from '../contracts.ts'
import { covers, type Scope } from './access.ts'

/** A telephone number is looked up for so many; a card is fetched every few seconds. */
const lookedUpMost = 6
const digitsLeast = 6
/** Plans rarely change, and some are large: each is read again after so long. */
const planKeptMs = 60_000

/** Down one staircase, across the yard and up another. */
const stairsMinutes = 3
/**
 * People do not walk through houses: a way is longer than the line between its ends. 1.3 lies above the about 1.2 that Levinson and El-Geneidy found for
 * trips chosen in cities ("The minimum circuity frontier and the journey to work", 2009), since short ways wind more.
 */
const waysPerLine = 1.3
/** Metres a second: the slower of those pedestrians for whom crossings are timed, 3.5 feet a second (MUTCD 2009, section 4E.06). */
const walkingSpeed = 1.07

const mayGo = ({ relation, hasKey }: Contact): boolean => hasKey || relation !== 'relative'

export type NearNeeds = { directory: Directory; maps?: MapStore | undefined; clock: Clock }
type Asked = { card: ResidentCard | null; scope: Scope; reach: readonly ContactReach[] }
type NearOf = (asked: Asked) => Promise<readonly NearPerson[]>

/** Whom nobody can reach now comes last; then nearest first; of those equally near, who has a key, then in the order of the register. */
export function openNear(needs: NearNeeds): NearOf {
  const planOf = openPlans(needs)
  return async ({ card, scope, reach }) => {
    if (!card) return []
    const isLater = new Set(reach.flatMap(({ id, state }) => (state === 'later' ? [id] : [])))
    const able = [...card.contacts].filter(mayGo).sort((a, b) => a.order - b.order)
    const asked = able.slice(0, lookedUpMost)
    const found = await Promise.all(asked.map((contact) => minutesTo({ directory: needs.directory, planOf, card, scope }, contact)))
    return asked
      .map(({ id, name, relation, phone, hasKey }, index) => ({ id, name, relation, phone, hasKey, minutes: found[index] ?? null }))
      .sort(
        (a, b) =>
          Number(isLater.has(a.id)) - Number(isLater.has(b.id)) ||
          (a.minutes ?? far) - (b.minutes ?? far) ||
          Number(b.hasKey) - Number(a.hasKey),
      )
  }
}

const far = 1_000

type PlanOf = (siteId: string) => Promise<SitePlan | null>

function openPlans({ maps, clock }: NearNeeds): PlanOf {
  const kept = new Map<string, { at: number; plan: SitePlan | null }>()
  return async (siteId) => {
    const known = kept.get(siteId)
    if (known && clock.elapsed() - known.at < planKeptMs) return known.plan
    const plan = (await maps?.plan(siteId)) ?? null
    kept.set(siteId, { at: clock.elapsed(), plan })
    return plan
  }
}

type Asking = { directory: Directory; planOf: PlanOf; card: ResidentCard; scope: Scope }

/** Somebody of the register lives where her own card says, when the telephone is the same. */
async function minutesTo({ directory, planOf, card, scope }: Asking, { phone }: Contact): Promise<number | null> {
  if (phone.replaceAll(/\D/g, '').length < digitsLeast) return null
  const found = await directory.findResidents(phone, [card.resident.siteId], 2)
  const lives = found.find(({ resident }) => resident.phone === phone && covers(scope, resident.siteId))
  if (!lives || lives.home.siteId !== card.home.siteId || lives.home.building === '') return null
  return minutesInHouse(card.home, lives.home) ?? minutesByPlan(await planOf(card.home.siteId), lives.home.building, card.home.building)
}

/** Up or down the stairs, or across the yard of one house. */
function minutesInHouse(one: Home, other: Home): number | null {
  if (one.building !== other.building) return null
  return one.unit === other.unit ? 1 : stairsMinutes
}

/** On foot between the middles of two houses; null without a plan to scale with both on it. A drawing over a picture has no scale. */
export function minutesByPlan(plan: SitePlan | null, from: string, to: string): number | null {
  if (plan?.frame !== 'earth') return null
  const [one, other] = [buildingOf(plan.features, from), buildingOf(plan.features, to)]
  if (!one || !other) return null
  if (one === other) return stairsMinutes
  const metres = metresBetween(middleOf(one.parts), middleOf(other.parts)) * waysPerLine
  return stairsMinutes + Math.ceil(metres / walkingSpeed / 60)
}
