/** 设备看板: which buttons are proven to work, which are not and what to do about each, and whose case it is. */
import '../style/reports.css'
import './board.css'
import './print.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { standings } from '../../../domain/trouble.ts'
import { type BoardCounts, type BoardGroup, type BoardOrder, boardGroups, boardOrders, type DeviceBoard } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { Select } from '../shared/choice.tsx'
import { every } from '../shared/clock.ts'
import { dayTime } from '../shared/format.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { Field } from '../shared/ui.tsx'
import { Devices, nameOf, type OpenCase } from './board-rows.tsx'
import { boardWords } from './board-words.ts'
import { PrintHead } from './reports-care.tsx'
import { numberText, shareText, Tile } from './reports-tile.tsx'
import { OpenTroubleDialog, TroubleDialog } from './trouble-dialog.tsx'

const lookAgainMs = 20_000

type Filter = { siteId: string; by: BoardGroup; show: string; which: string; text: string; order: BoardOrder }

export function BoardPage() {
  const t = boardWords.value
  const filter = useSignal<Filter>({ siteId: '', by: 'site', show: 'needing', which: 'lifelines', text: '', order: 'worst' })
  const board = useSignal<DeviceBoard | null>(null)
  const trouble = useSignal('')
  const open = useSignal<OpenCase>(null)
  const query = queryOf(filter.value)
  const look = async () => {
    const answer = await request<DeviceBoard>('GET', `/api/device-board?${query}`)
    if (answer.ok) board.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => {
    void look()
    return every(lookAgainMs, () => void look())
  }, [query])
  const close = () => {
    open.value = null
    void look()
  }
  const now = open.value
  return (
    <>
      <Tools filter={filter} board={board.value} query={query} />
      <p class="dim">{t.lead}</p>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      {board.value && (
        <>
          <Head board={board.value} siteId={filter.value.siteId} />
          <Figures counts={board.value.all} filter={filter} />
          <Devices
            board={board.value}
            open={open}
            order={filter.value.order}
            onOrder={(order) => (filter.value = { ...filter.value, order })}
          />
          <Groups board={board.value} by={filter.value.by} />
        </>
      )}
      {now?.what === 'open' && <OpenTroubleDialog deviceId={now.row.deviceId} name={nameOf(now.row)} onClose={close} onDone={close} />}
      {now?.what === 'tend' && now.row.trouble && <TroubleDialog id={now.row.trouble.id} name={nameOf(now.row)} onClose={close} />}
    </>
  )
}

function Head({ board: { sites, at }, siteId }: { board: DeviceBoard; siteId: string }) {
  const names = sites.filter(({ id }) => siteId === '' || id === siteId).map(({ name }) => name)
  const period = dayTime(at, 0, { language: language.value, timeZone: '' })
  return <PrintHead title={boardWords.value.title} area={names.join(language.value === 'zh' ? '、' : ', ')} period={period} />
}

function queryOf({ siteId, ...rest }: Filter): string {
  return new URLSearchParams({ ...rest, ...(siteId !== '' && { siteId }) }).toString()
}

function Tools({ filter, board, query }: { filter: Signal<Filter>; board: DeviceBoard | null; query: string }) {
  const t = boardWords.value
  const set = (change: Partial<Filter>) => {
    filter.value = { ...filter.value, ...change }
  }
  const { siteId, by, show, which, text, order } = filter.value
  const sites = (board?.sites ?? []).map(({ id, name }) => [id, name] as const)
  const shown = [...Object.entries(t.shown), ...standings.map((standing) => [standing, t.standings[standing]] as const)]
  return (
    <div class="tools board-tools">
      <h2>{t.title}</h2>
      {sites.length > 1 && (
        <Select
          look="field"
          label={t.site}
          value={siteId}
          choices={[['', t.allSites], ...sites]}
          onChoice={(value) => set({ siteId: value })}
        />
      )}
      <Select look="field" label={t.show} value={show} choices={shown} onChoice={(value) => set({ show: value })} />
      <Select look="field" label={t.which} value={which} choices={Object.entries(t.whiches)} onChoice={(value) => set({ which: value })} />
      <Select
        look="field"
        label={t.group}
        value={by}
        choices={boardGroups.map((each) => [each, t.groups[each]])}
        onChoice={(value) => set({ by: boardGroups.find((each) => each === value) ?? 'site' })}
      />
      <Select
        look="field"
        label={t.order}
        value={order}
        choices={boardOrders.map((each) => [each, t.orders[each]])}
        onChoice={(value) => set({ order: boardOrders.find((each) => each === value) ?? 'worst' })}
      />
      <Field label={t.search} type="search" value={text} onText={(typed) => set({ text: typed })} />
      <a class="button small" href={`/api/device-board.csv?${query}&labels=${language.value}`} download="anling-devices.csv">
        {t.csv}
      </a>
      <button type="button" class="button small" onClick={() => print()}>
        {t.print}
      </button>
    </div>
  )
}

function Figures({ counts, filter }: { counts: BoardCounts; filter: Signal<Filter> }) {
  const t = boardWords.value
  const { buttons, proven7, proven30, cases, overdue } = counts
  const share = (kept: number) => (buttons === 0 ? '–' : shareText(kept / buttons))
  const state = (kept: number) => (buttons === 0 ? '' : kept === buttons ? 'good' : 'bad')
  const kept = (n: number) => t.of(numberText(n), numberText(buttons))
  return (
    <>
      <div class="tiles">
        <Tile name={t.proven7} value={share(proven7)} hint={kept(proven7)} state={state(proven7)} />
        <Tile name={t.proven30} value={share(proven30)} hint={kept(proven30)} state={state(proven30)} />
        <Tile name={t.cases} value={numberText(cases)} hint={t.casesHint(overdue)} state={overdue > 0 ? 'bad' : 'good'} />
        <Tile name={t.buttons} value={numberText(buttons)} hint={`${t.standings.well} ${numberText(counts.standing.well)}`} />
      </div>
      <p class="board-standings">
        {standings
          .filter((standing) => standing !== 'well')
          .map((standing) => (
            <button
              key={standing}
              type="button"
              class="button small"
              aria-pressed={filter.value.show === standing}
              onClick={() => {
                filter.value = { ...filter.value, show: filter.value.show === standing ? 'needing' : standing }
              }}
            >
              {t.standings[standing]} <b>{numberText(counts.standing[standing])}</b>
            </button>
          ))}
      </p>
    </>
  )
}

function Groups({ board, by }: { board: DeviceBoard; by: BoardGroup }) {
  const t = boardWords.value
  if (board.groups.length === 0) return null
  const shown = standings.filter((standing) => standing !== 'well')
  return (
    <table class="areas">
      <caption>{t.byArea}</caption>
      <TableHead
        columns={[
          t.groups[by],
          t.buttons,
          t.proven7,
          t.proven30,
          ...shown.map((standing) => t.standings[standing]),
          t.cases,
          t.shown.overdue,
        ]}
      />
      <tbody>
        {board.groups.map(({ key, name, buttons, proven7, proven30, standing, cases, overdue }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>{numberText(buttons)}</td>
            {[proven7, proven30].map((kept, index) => (
              <td key={index === 0 ? 'week' : 'month'}>
                {buttons === 0 ? '–' : shareText(kept / buttons)} <small>{t.of(numberText(kept), numberText(buttons))}</small>
              </td>
            ))}
            {shown.map((each) => (
              <td key={each}>{numberText(standing[each])}</td>
            ))}
            <td>{numberText(cases)}</td>
            <td class={overdue > 0 ? 'bad' : ''}>{numberText(overdue)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
