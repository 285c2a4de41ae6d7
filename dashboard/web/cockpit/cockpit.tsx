/** 数据舱: every site at a glance, from the city down to the homes of one site; coloured only where something is open. */
import './cockpit.css'
import '../maps/site-plan.css'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { outlineQuery, outlines } from '../maps/api.ts'
import { mapWords } from '../maps/words.ts'
import { keepFitted } from '../shared/fit.ts'
import { buildingName, clockTime, percent } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { route } from '../shared/route.ts'
import { OtherLanguage } from '../shared/ui.tsx'
import { number } from '../wall/say.ts'
import { routeOf, type Spot, type Sum, spotOf, sumOf, upOf, type View, viewOf, zoneOf } from './levels.ts'
import { Alarms, Buildings, Crumbs, Tiles } from './lists.tsx'
import { AreaMap } from './map.tsx'
import { HomesView, SiteView } from './site.tsx'
import * as state from './state.ts'
import { useWay } from './way.ts'

export function CockpitPage() {
  useLayoutEffect(keepFitted, [])
  const spot = spotOf(route.value)
  // Before anything is painted: a visitor sees no name that stood here until now, and what was open elsewhere is not open here.
  useLayoutEffect(
    () =>
      state.startCockpit(() => {
        const { mode, homes, path } = spotOf(route.peek())
        return { mode, homes: homes || path.length >= 4, path: path.slice(0, 4) }
      }),
    [spot.mode],
  )
  useLayoutEffect(() => state.moved(), [spot.homes, spot.path.slice(0, 4).join('/')])
  useWay(spot, upOf(state.sites.value ?? [], spot))
  const t = mapWords.value.cockpit
  return (
    <div class={state.isStale.value ? 'cockpit stale' : 'cockpit'}>
      <header>
        <h1>
          {words.value.product} <span>{t.title}</span>
        </h1>
        <Crumbs spot={spot} />
        <nav aria-label={t.title}>
          <a href={`#${routeOf({ ...spot, homes: !spot.homes })}`}>{spot.homes ? t.map : t.wall}</a>
          <a href={`#${routeOf({ ...spot, mode: spot.mode === 'show' ? 'full' : 'show' })}`}>{spot.mode === 'show' ? t.full : t.enter}</a>
          <a href="#/">{t.back}</a>
          <OtherLanguage />
        </nav>
        <Moment spot={spot} />
      </header>
      <p class="old" role="status">
        <HowOld />
      </p>
      <Body spot={spot} />
      <footer>
        <span>{t.keys}</span>
        {spot.mode === 'show' && <span>{t.show}</span>}
      </footer>
    </div>
  )
}

/** These two change with every answer; what stands around them does not. */
function Moment({ spot }: { spot: Spot }) {
  const at = state.serverAt.value
  const timeZone = zoneOf(state.sites.value ?? [], spot.path)
  return <p class="moment">{at > 0 && `${mapWords.value.cockpit.asOf} ${clockTime(at, { language: language.value, timeZone })}`}</p>
}

function HowOld() {
  const t = mapWords.value.cockpit
  return <>{state.isStale.value ? t.stale(t.seconds(Math.round(state.age.value / 1_000))) : ''}</>
}

function Body({ spot }: { spot: Spot }) {
  const sites = state.sites.value
  const t = mapWords.value.cockpit
  if (!sites) return <main class="waiting">{t.loading}</main>
  const view = viewOf(sites, spot.path)
  const shown = view.groups.flatMap((group) => group.sites)
  const sum = sumOf(shown)
  const siteId = spot.path[3]
  const said = placeSaid(spot, view)
  useEffect(() => {
    document.title = `${words.value.product} · ${t.title}${said === '' ? '' : ` · ${said}`}`
  }, [t, said])
  return (
    <main>
      <p class="unseen" role="status">
        {said}
      </p>
      <Figures sum={sum} sites={shown} />
      <section class="middle" aria-label={spot.homes ? t.wall : t.map}>
        <Middle spot={spot} siteId={siteId} view={view} />
      </section>
      <aside>
        <Alarms total={openOf(sum)} building={spot.path[4]} />
        {siteId === undefined ? <Tiles view={view} spot={spot} /> : spot.path.length === 4 && <Buildings spot={spot} />}
      </aside>
    </main>
  )
}

/** Where one is, for those who hear it: the place, and what there is to choose. */
function placeSaid({ path }: Spot, view: View): string {
  const t = mapWords.value.cockpit
  const [, , , siteId, building] = path
  if (building !== undefined) return buildingName(building, language.value)
  const name = siteId === undefined ? path.at(-1) : state.names.value.get(siteId)
  const choice = siteId === undefined ? t.pair(t.levels[view.level], number(view.groups.length)) : ''
  return [name, choice].filter(Boolean).join(' · ')
}

function Middle({ spot, siteId, view }: { spot: Spot; siteId: string | undefined; view: View }) {
  if (spot.homes || spot.path.length > 4) return <HomesView />
  if (siteId !== undefined) return <SiteView siteId={siteId} />
  const drawn = AreaMap({ view, outlines: outlines.of(outlineQuery(view.level, view.within)) ?? [], spot })
  return drawn ?? <p class="dim no-map">{mapWords.value.cockpit.noMap}</p>
}

/** Big figures, white: what is abnormal is coloured elsewhere, by its shape. */
function Figures({ sum, sites }: { sum: Sum; sites: readonly { seats: number; day: { median: number | null } }[] }) {
  const t = mapWords.value.cockpit
  const share = (part: number, whole: number) => (whole === 0 ? '–' : percent(part, whole, language.value))
  const only = sites.length === 1 ? sites[0] : null
  const heard = sum.devices.total - sum.devices.silent
  return (
    <dl class="figures-row">
      <Figure name={t.residents} value={number(sum.residents)} small={t.siteCount(sum.count)} />
      <Figure name={t.open} value={number(openOf(sum))} small={`${t.waiting} ${number(sum.waiting)}`} />
      <Figure
        name={`${t.within} · ${t.day}`}
        value={share(sum.day.within, sum.day.count)}
        small={`${t.week} ${share(sum.week.within, sum.week.count)}`}
      />
      {only && (
        <Figure name={`${t.median} · ${t.day}`} value={only.day.median === null ? '–' : t.seconds(Math.round(only.day.median))} small="" />
      )}
      {only ? (
        <Figure name={t.seats} value={number(only.seats)} small={only.seats === 0 ? t.nobody : ''} />
      ) : (
        <Figure name={t.attended} value={number(sum.attended)} small={`/ ${number(sum.count)}`} />
      )}
      <Figure name={t.devices} value={share(heard, sum.devices.total)} small={`${t.silent} ${number(sum.devices.silent)}`} />
      <Figure
        name={t.proven}
        value={share(sum.devices.proven, sum.devices.buttons)}
        small={`${number(sum.devices.proven)} / ${number(sum.devices.buttons)}`}
      />
    </dl>
  )
}

const openOf = ({ open }: Pick<Sum, 'open'>) => open.reduce((all, one) => all + one, 0)

const Figure = ({ name, value, small }: { name: string; value: string; small: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {value} <small>{small}</small>
    </dd>
  </div>
)
