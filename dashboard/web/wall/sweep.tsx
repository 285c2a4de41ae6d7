/** After an outage: the bar that stays until everybody was heard or asked, and the window with the list. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SweepRow } from '../../contracts.ts'
import { dayTime, percent, shortTime } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { sweepWords } from '../shared/i18n/sweep.ts'
import { Modal } from '../shared/ui.tsx'
import * as desk from './desk.ts'
import { number, whereOf } from './say.ts'
import { SweepList } from './sweep-list.tsx'
import { openPage, page, refresh, sweeps } from './sweep-state.ts'

const spanOf = (sweep: SweepRow): string =>
  `${dayTime(sweep.from, desk.now.value, whereOf(sweep))}–${shortTime(sweep.until, whereOf(sweep))}`
const leftOf = ({ total, heard, called }: Pick<SweepRow, 'total' | 'heard' | 'called'>): number => total - heard - called

const openDialog = () => {
  desk.dialog.value = 'sweep'
}

/** Nothing while there is no open sweep. */
export function SweepBar() {
  const t = sweepWords.value
  const open = sweeps.value.filter(({ closedAt }) => closedAt === null)
  const [first] = open
  if (!first) return null
  const left = open.reduce((sum, sweep) => sum + leftOf(sweep), 0)
  return (
    <p class="sweep-bar" role="status">
      <span>{t.bar(t.causes[first.cause], spanOf(first), number(left))}</span>
      <button type="button" class="button" onClick={openDialog}>
        {t.open}
      </button>
    </p>
  )
}

export function SweepDialog({ onClose }: { onClose: () => void }) {
  const t = sweepWords.value
  const chosen = useSignal('')
  const failed = useSignal(false)
  const show = async (id: string) => {
    chosen.value = id
    failed.value = !(await openPage(id))
  }
  const connection = desk.connection.value
  useEffect(() => {
    // Also after a connection that was lost: ticks that were missed are in the list that is read again.
    void refresh().then(() => {
      const id = chosen.value || sweeps.value[0]?.id
      if (id) void show(id)
    })
  }, [connection])
  const shown = page.value?.sweep.id === chosen.value ? page.value : null
  return (
    <Modal wide title={t.title} onClose={onClose}>
      <p class="lead">{t.lead}</p>
      {sweeps.value.length > 1 && <Choice chosen={chosen.value} onChoose={(id) => void show(id)} />}
      {failed.value && <p class="refusal">{t.again}</p>}
      {shown ? <Figures sweep={shown.sweep} /> : !failed.value && <p class="dim">{t.loading}</p>}
      {shown && <SweepList key={shown.sweep.id} shown={shown} />}
      <div class="buttons sweep-foot">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}

function Choice({ chosen, onChoose }: { chosen: string; onChoose: (id: string) => void }) {
  const t = sweepWords.value
  return (
    <p class="sweep-choice">
      {sweeps.value.map((sweep) => (
        <button key={sweep.id} type="button" class="button" aria-pressed={chosen === sweep.id} onClick={() => onChoose(sweep.id)}>
          {t.siteOf(sweep.siteName, t.causes[sweep.cause], spanOf(sweep))} · {number(leftOf(sweep))}
        </button>
      ))}
    </p>
  )
}

function Figures({ sweep }: { sweep: SweepRow }) {
  const t = sweepWords.value
  const left = leftOf(sweep)
  const figures = [
    ['total', sweep.total],
    ['heard', sweep.heard],
    ['called', sweep.called],
    ['left', left],
  ] as const
  return (
    <>
      <p class="dim">{t.siteOf(sweep.siteName, t.causes[sweep.cause], spanOf(sweep))}</p>
      <dl class="sweep-figures">
        {figures.map(([name, value]) => (
          <div key={name} class={name === 'left' && value > 0 ? 'left' : ''}>
            <dt>{t.figures[name]}</dt>
            <dd>{number(value)}</dd>
          </div>
        ))}
      </dl>
      <progress
        max={sweep.total}
        value={sweep.total - left}
        aria-label={t.share(percent(sweep.total - left, sweep.total, language.value))}
      />
    </>
  )
}
