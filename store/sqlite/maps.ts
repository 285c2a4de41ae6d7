/** Maps on SQLite: plans, pictures, points and outlines, each change with its line of the record. */
import type { AreaOutline, FlatPlan, Picture, PlanFeature, PlanFrame, Point } from '../../domain/site-plan.ts'
import { instant } from '../../domain/time.ts'
import type { AuditLine, MapStore } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

export function openMaps(database: Database): MapStore {
  let version = 0
  const onChange = () => {
    version += 1
  }
  return {
    version: () => version,
    ...{ ...sitePlans(database), ...pictures(database), ...flats(database) },
    ...{ ...points(database, onChange), ...outlines(database, onChange) },
  }
}

/** Runs a change and, when it changed something, writes its line: both or neither. */
function changing({ connection, write }: Database) {
  const note = prepareAuditLine(connection)
  return (change: () => { changes: number | bigint }, line: AuditLine | undefined): Promise<boolean> =>
    write(() => {
      const isChanged = change().changes > 0
      if (isChanged) note(line)
      return isChanged
    })
}

function sitePlans(database: Database): Pick<MapStore, 'plan' | 'putPlan' | 'removePlan'> {
  const { connection, reader } = database
  const change = changing(database)
  const one = reader.prepare('select frame, features, at from site_plans where site_id = ?')
  const put = connection.prepare(`
    insert into site_plans (site_id, frame, features, at) select id, ?2, ?3, ?4 from sites where id = ?1
    on conflict (site_id) do update set frame = excluded.frame, features = excluded.features, at = excluded.at`)
  const remove = connection.prepare('delete from site_plans where site_id = ?')
  const removePicture = connection.prepare('delete from site_pictures where site_id = ?')
  return {
    async plan(siteId) {
      const row = one.get(siteId)
      if (!row) return null
      const features = JSON.parse(String(row.features)) as readonly PlanFeature[]
      return { frame: row.frame as PlanFrame, features, at: instant(Number(row.at)) }
    },
    putPlan: (siteId, { frame, features, at }, line) => change(() => put.run(siteId, frame, JSON.stringify(features), at), line),
    removePlan: (siteId, line) =>
      change(() => ({ changes: Number(remove.run(siteId).changes) + Number(removePicture.run(siteId).changes) }), line),
  }
}

function pictures(database: Database): Pick<MapStore, 'picture' | 'pictureSize' | 'putPicture'> {
  const { connection, reader } = database
  const change = changing(database)
  const one = reader.prepare('select * from site_pictures where site_id = ?')
  const size = reader.prepare('select width, height, at from site_pictures where site_id = ?')
  const put = connection.prepare(`
    insert into site_pictures (site_id, type, bytes, width, height, at) select id, ?2, ?3, ?4, ?5, ?6 from sites where id = ?1
    on conflict (site_id) do update set type = excluded.type, bytes = excluded.bytes, width = excluded.width, height = excluded.height,
      at = excluded.at`)
  const sizeOf = (row: Record<string, unknown>) => ({ width: Number(row.width), height: Number(row.height), at: instant(Number(row.at)) })
  return {
    async picture(siteId) {
      const row = one.get(siteId)
      return row ? { type: row.type as Picture['type'], bytes: row.bytes as Uint8Array, ...sizeOf(row) } : null
    },
    async pictureSize(siteId) {
      const row = size.get(siteId)
      return row ? sizeOf(row) : null
    },
    putPicture: (siteId, { type, bytes, width, height, at }, line) => change(() => put.run(siteId, type, bytes, width, height, at), line),
  }
}

function points(database: Database, onChange: () => void): Pick<MapStore, 'points' | 'putPoint'> {
  const { connection, reader } = database
  const change = changing(database)
  const all = reader.prepare('select * from site_points')
  const put = connection.prepare(`
    insert into site_points (site_id, longitude, latitude) select id, ?2, ?3 from sites where id = ?1
    on conflict (site_id) do update set longitude = excluded.longitude, latitude = excluded.latitude`)
  const remove = connection.prepare('delete from site_points where site_id = ?')
  return {
    points: async () =>
      new Map(all.all().map((row): [string, Point] => [String(row.site_id), [Number(row.longitude), Number(row.latitude)]])),
    async putPoint(siteId, point, line) {
      const isChanged = await change(() => (point ? put.run(siteId, point[0], point[1]) : remove.run(siteId)), line)
      onChange()
      return isChanged
    },
  }
}

function flats(database: Database): Pick<MapStore, 'flat' | 'putFlat'> {
  const { connection, reader } = database
  const change = changing(database)
  const one = reader.prepare('select body from flat_plans where home_id = ?')
  const put = connection.prepare(`
    insert into flat_plans (home_id, body) select id, ?2 from homes where id = ?1
    on conflict (home_id) do update set body = excluded.body`)
  const remove = connection.prepare('delete from flat_plans where home_id = ?')
  return {
    async flat(homeId) {
      const row = one.get(homeId)
      return row ? (JSON.parse(String(row.body)) as FlatPlan) : null
    },
    putFlat: (homeId, flat, line) => change(() => (flat ? put.run(homeId, JSON.stringify(flat)) : remove.run(homeId)), line),
  }
}

function outlines(database: Database, onChange: () => void): Pick<MapStore, 'outlines' | 'putOutlines'> {
  const { connection, reader } = database
  const change = changing(database)
  const one = reader.prepare('select body from area_outlines where place = 1')
  const put = connection.prepare(
    'insert into area_outlines (place, body) values (1, ?) on conflict (place) do update set body = excluded.body',
  )
  return {
    async outlines() {
      const row = one.get()
      return row ? (JSON.parse(String(row.body)) as readonly AreaOutline[]) : []
    },
    async putOutlines(given, line) {
      await change(() => put.run(JSON.stringify(given)), line)
      onChange()
    },
  }
}
