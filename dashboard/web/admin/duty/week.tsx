/** One week of shifts: a row for each shift, a column for each day; every cell that has a turn opens its exceptions. */
import type { DutyException, Shift, Turn } from '../../../../domain/duty.ts'
import type { DutyWeek } from '../../../contracts-duty.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { nameOf, timeText } from './names.ts'

/** One turn of one day, with what was changed in it. */
export type Cell = { shift: Shift; turn: Turn; changes: readonly DutyException[] }

type Props = { week: DutyWeek; onShift: (shift: Shift) => void; onCell: (cell: Cell) => void }

export function WeekTable({ week, onShift, onCell }: Props) {
  const t = dutyWords.value
  if (week.shifts.length === 0) return null
  return (
    <table class="rota">
      <thead>
        <tr>
          <th scope="col">{t.shift}</th>
          {week.days.map((day, index) => (
            <th key={day} scope="col" class={day === week.today ? 'today' : ''} {...(day === week.today ? { 'aria-current': 'date' } : {})}>
              {t.days[index]} <small>{day.slice(5)}</small>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {week.shifts.map((shift) => (
          <tr key={shift.id}>
            <th scope="row">
              <button type="button" class="link" aria-label={`${t.editShift} ${shift.name}`} onClick={() => onShift(shift)}>
                {shift.name}
              </button>
              <small>
                {timeText(shift.from)}–{timeText(shift.until)}
              </small>
            </th>
            {week.days.map((day) => (
              <DayCell key={day} week={week} shift={shift} day={day} onCell={onCell} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function DayCell({ week, shift, day, onCell }: { week: DutyWeek; shift: Shift; day: string; onCell: Props['onCell'] }) {
  const t = dutyWords.value
  const turn = week.turns.find((one) => one.shiftId === shift.id && one.day === day)
  const place = day === week.today ? 'today' : ''
  if (!turn) return <td class={place} />
  const changes = week.exceptions.filter((change) => change.shiftId === shift.id && change.day === day)
  const names = turn.personIds.map((id) => nameOf(week, id))
  return (
    <td class={place}>
      <button
        type="button"
        class={names.length === 0 ? 'turn missing' : changes.length > 0 ? 'turn changed' : 'turn'}
        aria-label={`${t.change} ${shift.name} ${day}: ${names.join(' ') || t.empty}`}
        onClick={() => onCell({ shift, turn, changes })}
      >
        {names.length === 0 ? t.empty : names.map((name) => <span key={name}>{name}</span>)}
      </button>
    </td>
  )
}
