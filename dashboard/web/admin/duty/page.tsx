/** 值班: the rota of one site, week by week; who is on duty now; how they are reached; what shifts told each other. */
import '../../style/duty.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import { dayPlus } from '../../../../domain/calendar.ts'
import type { Shift } from '../../../../domain/duty.ts'
import type { Site } from '../../../../domain/people.ts'
import type { DutyWeek } from '../../../contracts-duty.ts'
import { dutyApi } from '../../shared/duty-api.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { refusalText, words } from '../../shared/i18n/i18n.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { nameOf } from './names.ts'
import { NotesList } from './notes.tsx'
import { ReachTable } from './reach.tsx'
import { ShiftDialog } from './shift-dialog.tsx'
import { type Cell, WeekTable } from './week.tsx'

/** What is open over the page. */
type Open = { what: 'shift'; shift: Shift | null } | { what: 'change'; cell: Cell } | null

export function DutyPage({ sites }: { sites: readonly Site[] }) {
  const siteId = useSignal('')
  const from = useSignal('')
  const week = useSignal<DutyWeek | null>(null)
  const trouble = useSignal('')
  const open = useSignal<Open>(null)
  const chosen = siteId.value || sites[0]?.id || ''
  const fetchWeek = async () => {
    if (chosen === '') return
    const answer = await dutyApi.week(chosen, from.value)
    if (answer.ok) week.value = answer.value
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => void fetchWeek(), [chosen, from.value])
  const done = () => {
    open.value = null
    void fetchWeek()
  }
  const shown = week.value?.siteId === chosen ? week.value : null
  return (
    <>
      <Tools sites={sites} siteId={siteId} chosen={chosen} onAdd={() => show(open, { what: 'shift', shift: null })} />
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      {shown ? (
        <>
          <Now week={shown} />
          <Weeks week={shown} from={from} />
          <WeekTable
            week={shown}
            onShift={(shift) => show(open, { what: 'shift', shift })}
            onCell={(cell) => show(open, { what: 'change', cell })}
          />
          <ReachTable week={shown} onChanged={() => void fetchWeek()} />
          <NotesList key={chosen} siteId={chosen} />
          <Dialog open={open.value} week={shown} onDone={done} />
        </>
      ) : (
        <p class="dim">{words.value.admin.loading}</p>
      )}
    </>
  )
}

const show = (open: Signal<Open>, what: Open) => {
  open.value = what
}

function Dialog({ open, week, onDone }: { open: Open; week: DutyWeek; onDone: () => void }) {
  if (open?.what === 'shift') return <ShiftDialog week={week} shift={open.shift} onDone={onDone} />
  if (open?.what === 'change') return <ChangeDialog week={week} cell={open.cell} onDone={onDone} />
  return null
}

type ToolsProps = { sites: readonly Site[]; siteId: Signal<string>; chosen: string; onAdd: () => void }

function Tools({ sites, siteId, chosen, onAdd }: ToolsProps) {
  const t = dutyWords.value
  const id = useId()
  return (
    <div class="tools">
      <h2>{t.title}</h2>
      <p class="field">
        <label for={id}>{t.site}</label>
        <select
          id={id}
          value={chosen}
          onChange={(event) => {
            siteId.value = event.currentTarget.value
          }}
        >
          {sites.map((site) => (
            <option key={site.id} value={site.id}>
              {site.name}
            </option>
          ))}
        </select>
      </p>
      <button type="button" class="button" onClick={onAdd}>
        {t.addShift}
      </button>
    </div>
  )
}

function Now({ week }: { week: DutyWeek }) {
  const t = dutyWords.value
  const names = week.now.map((id) => nameOf(week, id)).join('、')
  const who = week.shifts.length === 0 ? t.noRota : names === '' ? t.nobodyNow : `${t.nowOnDuty}: ${names}`
  const isReachable = week.people.some(({ id, ways }) => week.now.includes(id) && ways.length > 0)
  const missed = week.now.length > 0 && !isReachable ? t.unreachable : t.unwatched
  return (
    <p class={week.isWatched || isReachable ? 'now' : 'now missing'}>
      <b>{who}</b> <span>{week.isWatched ? t.watched : missed}</span>
    </p>
  )
}

function Weeks({ week, from }: { week: DutyWeek; from: Signal<string> }) {
  const t = dutyWords.value
  const [first = '', last = ''] = [week.days[0], week.days.at(-1)]
  const turn = (by: number) => {
    from.value = dayPlus(first, by)
  }
  return (
    <p class="weeks">
      <button type="button" class="button small" onClick={() => turn(-7)}>
        ← {t.before}
      </button>
      <b>{t.week(first, last)}</b>
      <button type="button" class="button small" onClick={() => turn(7)}>
        {t.after} →
      </button>
      <button
        type="button"
        class="button small"
        onClick={() => {
          from.value = ''
        }}
      >
        {t.thisWeek}
      </button>
    </p>
  )
}
