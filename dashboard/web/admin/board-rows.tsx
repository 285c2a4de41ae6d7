/** 设备看板的清单: each device with what to do about it, how long its battery lasts, and whose case it is. */
import type { Signal } from '@preact/signals'
import type { BoardBattery, BoardOrder, BoardRow, DeviceBoard, Told } from '../../contracts-upkeep.ts'
import { dayTime, labelAddress } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { HeadCells } from '../shared/table-head.tsx'
import { boardWords } from './board-words.ts'
import { deviceWords } from './enrolment-device-words.ts'

export type OpenCase = { what: 'open' | 'tend'; row: BoardRow } | null

export const nameOf = ({ label, person, role, deviceId }: BoardRow): string =>
  [labelAddress(label, language.value), person, words.value.deviceRoles[role]].filter((part) => part !== '').join(' ') || deviceId

type DevicesProps = { board: DeviceBoard; open: Signal<OpenCase>; order: BoardOrder; onOrder: (order: BoardOrder) => void }

export function Devices({ board, open, order, onOrder }: DevicesProps) {
  const t = boardWords.value
  if (board.rows.length === 0) return <p class="dim">{t.none}</p>
  return (
    <table class="board">
      <caption>{t.found(board.rows.length, board.found)}</caption>
      <thead>
        <tr>
          <HeadCells names={[t.home, t.device, t.standing, t.todo]} />
          <th scope="col" aria-sort={order === 'battery' ? 'ascending' : 'none'}>
            <button type="button" class="link" title={t.orders.battery} onClick={() => onOrder(order === 'battery' ? 'worst' : 'battery')}>
              {t.battery} <span aria-hidden="true">{order === 'battery' ? '▲' : '↕'}</span>
            </button>
          </th>
          <HeadCells names={[t.heard, t.proven, t.case]} />
        </tr>
      </thead>
      <tbody>
        {board.rows.map((row) => (
          <DeviceLine key={row.deviceId} row={row} now={board.at} open={open} />
        ))}
      </tbody>
    </table>
  )
}

function DeviceLine({ row, now, open }: { row: BoardRow; now: number; open: Signal<OpenCase> }) {
  const t = boardWords.value
  const { deviceId, siteName, label, person, role, room, standing, heardAt, provenAt, timeZone } = row
  const at = (moment: number | null) => (moment === null ? t.never : dayTime(moment, now, { language: language.value, timeZone }))
  return (
    <tr class={row.trouble?.overdue ? 'overdue' : ''}>
      <td>
        {labelAddress(label, language.value)} <span class="nowrap">{person}</span>
        <br />
        <small>{siteName}</small>
      </td>
      <td>
        {words.value.deviceRoles[role]} {room}
        <br />
        <small>
          {me.value?.deeds.includes('read-directory') ? (
            <a href={`#/admin/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</a>
          ) : (
            deviceId
          )}
        </small>
      </td>
      <td>
        <span class={`standing ${standing}`}>{t.standings[standing]}</span>
      </td>
      <td class="todo">
        <TodoText row={row} />
      </td>
      <td data-head={t.battery}>
        <BatteryCell row={row} at={at} />
      </td>
      <td class="nowrap" data-head={t.heard}>
        {at(heardAt)}
      </td>
      <td class="nowrap" data-head={t.proven}>
        {at(provenAt)}
      </td>
      <td>
        <CaseCell row={row} at={at} open={open} />
      </td>
    </tr>
  )
}

function CaseCell({ row, at, open }: { row: BoardRow; at: (moment: number) => string; open: Signal<OpenCase> }) {
  const t = boardWords.value
  const { trouble } = row
  const what = trouble ? 'tend' : 'open'
  return (
    <>
      {trouble && (
        <p class={trouble.overdue ? 'bad' : ''}>
          {trouble.owner ?? t.nobody} · {trouble.overdue ? t.late(at(trouble.dueAt)) : t.due(at(trouble.dueAt))}
        </p>
      )}
      {trouble?.told && <ToldText told={trouble.told} at={at} />}
      <button
        type="button"
        class="button small"
        aria-label={trouble ? t.tendLabel(`${nameOf(row)} ${row.deviceId}`) : t.openLabel(`${nameOf(row)} ${row.deviceId}`)}
        onClick={() => {
          open.value = { what, row }
        }}
      >
        {trouble ? t.tend : t.open}
      </button>
    </>
  )
}

/** What somebody reported comes before what the state alone would ask for. */
function TodoText({ row: { trouble, standing } }: { row: BoardRow }) {
  const t = boardWords.value
  if (trouble?.kind !== 'by-hand') return <>{t.advice[standing]}</>
  return (
    <>
      <b>{t.kinds[trouble.kind]}</b> {trouble.note}
    </>
  )
}

/** How full, and for how long; where nobody can know, that is what stands there. */
function BatteryCell({ row: { battery }, at }: { row: BoardRow; at: (moment: number) => string }) {
  const t = boardWords.value
  if (battery === null) return <span class="dim">{t.mains}</span>
  if (battery.percent === null || battery.at === null) return <span class="dim">{t.notKnown}</span>
  const soon = battery.forecast?.known && battery.forecast.days <= 30
  return (
    <>
      <b class={soon ? 'bad' : ''} title={at(battery.at)}>
        {battery.percent}%
      </b>{' '}
      <small class={soon ? 'bad' : ''}>{lastsText(battery)}</small>
    </>
  )
}

function lastsText({ forecast }: BoardBattery): string {
  const [t, d] = [boardWords.value, deviceWords.value]
  if (forecast === null) return t.reckoning
  if (!forecast.known) return d.unknown[forecast.why]
  return forecast.most ? d.atLeast : d.days(forecast.days)
}

/** Who was told that the time was over, when, and of whom it is not known that it arrived. */
export function ToldText({ told, at }: { told: Told; at: (moment: number) => string }) {
  const t = boardWords.value
  const names = told.calls.map(({ label, name, state }) => {
    const who = name || words.value.recipients[label] || label
    return state === 'delivered' ? who : `${who}${t.callStates[state]}`
  })
  return (
    <p class="told">
      <small>{t.told(at(told.at), names.join(language.value === 'zh' ? '、' : ', '))}</small>
    </p>
  )
}
