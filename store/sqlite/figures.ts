/** The figures of alarms on SQLite: one row for each alarm, beside what screens did first. Never written on the way of a press. */
import type { AlarmFigures, FigureStore, SeenMoment } from '../../domain/figures.ts'
import { instant } from '../../domain/time.ts'
import type { Database } from './database.ts'

type Row = { number: number; body: string; painted_at: number | null; opened_at: number | null }

const withSeen = `select number, body,
  (select at from alarm_seen where alarm_seen.alarm_id = alarm_figures.alarm_id and what = 'painted') as painted_at,
  (select at from alarm_seen where alarm_seen.alarm_id = alarm_figures.alarm_id and what = 'opened') as opened_at
  from alarm_figures`

export function openFigureStore(database: Database): FigureStore {
  return { ...reading(database), ...writing(database) }
}

function reading({ reader }: Database): Pick<FigureStore, 'seq' | 'of' | 'between' | 'standing'> {
  const upto = reader.prepare('select seq from alarm_figures_upto')
  const one = reader.prepare(`${withSeen} where alarm_id = ?`)
  const sites = (siteIds: readonly string[] | 'all') => (siteIds === 'all' ? null : JSON.stringify(siteIds))
  const ofSites = '(?1 is null or site_id in (select value from json_each(?1)))'
  const page = reader.prepare(
    `${withSeen} where ${ofSites} and (stored_at, number) > (?2, ?3) and stored_at < ?4 order by stored_at, number limit ?5`,
  )
  const old = reader.prepare(`select count(*) as n from alarm_figures where ${ofSites} and open = 1 and stored_at < ?2`)
  return {
    seq: async () => Number(upto.get()?.seq ?? 0),
    async of(alarmIds) {
      const found = alarmIds.flatMap((id) => (one.get(id) as Row | undefined) ?? [])
      return new Map(found.map((row) => figuresOf(row)).map((figures) => [figures.alarmId, figures]))
    },
    async between(siteIds, { from, to }, { after, limit }) {
      const rows = page.all(sites(siteIds), after?.at ?? from, after?.number ?? 0, to, limit) as Row[]
      const figures = rows.map(figuresOf)
      const [row, last] = [rows.at(-1), figures.at(-1)]
      return { rows: figures, next: rows.length === limit && row && last ? { at: last.storedAt, number: row.number } : null }
    },
    standing: async (siteIds, before) => Number(old.get(sites(siteIds), before)?.n ?? 0),
  }
}

function writing({ connection, write }: Database): Pick<FigureStore, 'save' | 'seen'> {
  const put = connection.prepare(`
    insert into alarm_figures (alarm_id, site_id, stored_at, open, body) values (?1, ?2, ?3, ?4, ?5)
    on conflict (alarm_id) do update set site_id = ?2, open = ?4, body = ?5`)
  const upto = connection.prepare('update alarm_figures_upto set seq = ?')
  const note = connection.prepare('insert or ignore into alarm_seen (alarm_id, what, at) values (?, ?, ?)')
  return {
    save: (figures, seq) =>
      write(() => {
        for (const one of figures) put.run(one.alarmId, one.siteId, one.storedAt, one.resolvedAt === null ? 1 : 0, JSON.stringify(one))
        upto.run(seq)
      }),
    seen: (moments: readonly SeenMoment[]) =>
      write(() => {
        for (const { alarmId, what, at } of moments) note.run(alarmId, what, at)
      }),
  }
}

function figuresOf({ body, painted_at: painted, opened_at: opened }: Row): AlarmFigures {
  const kept = JSON.parse(body) as AlarmFigures
  return { ...kept, paintedAt: painted === null ? null : instant(painted), openedAt: opened === null ? null : instant(opened) }
}
