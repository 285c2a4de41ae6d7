/** Beside the map: the way back up, what is open, and every area or site as a tile; the map in words. */

import { mapWords } from '../maps/words.ts'
import { buildingName, doorAddress, percent } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { Shape } from '../shared/ui.tsx'
import { number, spanText } from '../wall/say.ts'
import { type Building, buildingsOf } from './buildings.ts'
import { type Group, routeOf, type Spot, urgencyOf, type View } from './levels.ts'
import { saidOf } from './map.tsx'
import * as state from './state.ts'
import { placeKey } from './way.ts'

export function Crumbs({ spot }: { spot: Spot }) {
  const t = mapWords.value.cockpit
  const nameOf = (part: string, index: number) =>
    index === 4
      ? buildingName(part, language.value)
      : index === 3
        ? (state.sites.value?.find(({ id }) => id === part)?.name ?? part)
        : part || t.unnamed
  return (
    <ol class="crumbs">
      <li>
        <a href={`#${routeOf({ ...spot, path: [] })}`}>{t.all}</a>
      </li>
      {spot.path.map((part, index) => (
        <li key={index}>
          <a
            href={`#${routeOf({ ...spot, path: spot.path.slice(0, index + 1) })}`}
            aria-current={index === spot.path.length - 1 ? 'page' : undefined}
          >
            {nameOf(part, index)}
          </a>
        </li>
      ))}
    </ol>
  )
}

const alarmsShown = 12

/** Of the place that is shown: the server chooses the most urgent of a site, of which one may see one building. `total`: how many there are. */
export function Alarms({ total: all, building }: { total: number; building: string | undefined }) {
  const t = mapWords.value.cockpit
  const known = state.alarms.value
  const alarms = (known ?? []).filter((alarm) => building === undefined || alarm.building === building)
  const total = building === undefined ? all : alarms.length
  const left = total - Math.min(alarms.length, alarmsShown)

  return (
    <section class="panel open-alarms" aria-label={t.alarms}>
      <h2>{t.alarms}</h2>
      {!known && <p class="dim">{t.loading}</p>}
      {known && alarms.length === 0 && total === 0 && <p class="dim">{t.none}</p>}
      {alarms.length > 0 && (
        <ul>
          {alarms.slice(0, alarmsShown).map((alarm) => (
            <li key={alarm.key} class={`p${alarm.priority}`}>
              <Shape priority={alarm.priority} flash={!alarm.taken} />
              <span>
                <b>{doorAddress({ ...alarm, title: '' }, language.value)}</b> {state.names.value.get(alarm.siteId)}
                <small>
                  {[alarm.reason === null ? t.priority[alarm.priority] : words.value.reasons[alarm.reason], alarm.person]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </span>
              <em>
                {alarm.taken ? t.taken : t.untaken}
                <small>{spanText(Math.max(0, state.serverAt.value - alarm.raisedAt))}</small>
              </em>
            </li>
          ))}
        </ul>
      )}
      {known && left > 0 && <p class="dim">{t.moreAlarms(left)}</p>}
    </section>
  )
}

const tilesMost = 200

export function Tiles({ view, spot }: { view: View; spot: Spot }) {
  const t = mapWords.value.cockpit
  return (
    <section class="panel tiles" aria-label={t.levels[view.level]}>
      <h2>{t.levels[view.level]}</h2>
      <ul>
        {view.groups.slice(0, tilesMost).map((group) => (
          <li key={group.path.join('/')}>
            <Tile group={group} spot={spot} />
          </li>
        ))}
      </ul>
      {view.groups.length > tilesMost && <p class="dim">{t.more(view.groups.length - tilesMost)}</p>}
    </section>
  )
}

function Tile({ group, spot }: { group: Group; spot: Spot }) {
  const t = mapWords.value.cockpit
  const { name, sum } = group
  const urgency = urgencyOf(sum.open)
  const answered = sum.day.count === 0 ? t.noneYet : percent(sum.day.within, sum.day.count, language.value)
  const [only] = group.sites
  const median = sum.count === 1 ? (only?.day.median ?? null) : null
  const seats = only && only.seats > 0 ? number(only.seats) : t.nobody
  return (
    <a class={`tile${urgency ? ` p${urgency}` : ''}`} data-place={placeKey(group.path)} href={`#${routeOf({ ...spot, path: group.path })}`}>
      <b>
        {name || t.unnamed} <small>{sum.count > 1 ? t.siteCount(sum.count) : ''}</small>
      </b>
      <span class="opens">
        <span class="unseen">{saidOf(group)}</span>
        {([1, 2, 3] as const).map((priority) =>
          (sum.open[priority - 1] ?? 0) > 0 ? (
            <span key={priority} aria-hidden="true">
              <Shape priority={priority} /> {sum.open[priority - 1]}
            </span>
          ) : null,
        )}
      </span>
      <small>{t.pair(t.within, median === null ? answered : `${answered} · ${t.seconds(Math.round(median))}`)}</small>
      <small>{sum.count === 1 ? t.pair(t.seats, seats) : t.pair(t.attended, `${number(sum.attended)} / ${number(sum.count)}`)}</small>
      <small>{t.pair(t.proven, `${number(sum.devices.proven)} / ${number(sum.devices.buttons)}`)}</small>
      <small>{t.pair(t.silentDevices, number(sum.devices.silent))}</small>
    </a>
  )
}

/** Of one site: each leads to its homes. */
export function Buildings({ spot }: { spot: Spot }) {
  const t = mapWords.value.cockpit
  const homes = state.homes.value
  const found = homes && !homes.tooMany ? buildingsOf(homes) : []
  return (
    <section class="panel tiles" aria-label={t.buildings}>
      <h2>{t.buildings}</h2>
      <ul>
        {found.map((building) => (
          <li key={building.name}>
            <BuildingTile building={building} path={[...spot.path, building.name]} spot={spot} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function BuildingTile({ building, path, spot }: { building: Building; path: readonly string[]; spot: Spot }) {
  const [t, { looks }] = [mapWords.value.cockpit, words.value.wall]
  const { name, homes, urgent, attention, offline } = building
  const open = [...(urgent > 0 ? [[1, urgent] as const] : []), ...(attention > 0 ? [[2, attention] as const] : [])]
  return (
    <a class={`tile${open[0] ? ` p${open[0][0]}` : ''}`} data-place={placeKey(path)} href={`#${routeOf({ ...spot, path })}`}>
      <b>
        {buildingName(name, language.value) || t.unnamed} <small>{t.homeCount(homes)}</small>
      </b>
      <span class="opens">
        <span class="unseen">
          {open.length === 0 ? t.none : open.map(([priority, count]) => `${t.priority[priority]} ${count}`).join(' · ')}
        </span>
        {open.map(([priority, count]) => (
          <span key={priority} aria-hidden="true">
            <Shape priority={priority} /> {count}
          </span>
        ))}
      </span>
      {offline > 0 && <small>{t.pair(looks.offline, number(offline))}</small>}
    </a>
  )
}
