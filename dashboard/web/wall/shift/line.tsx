/** At the foot of the wall: who is on duty by the rota, and whether the shift before left something unread. Opens the window of the shift. */
import { useEffect } from 'preact/hooks'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { me } from '../../shared/session.ts'
import * as desk from '../desk.ts'
import { present, refreshDuty, unread } from './state.ts'

const againMs = 30_000

export function ShiftLine() {
  const t = dutyWords.value
  const round = Math.floor(desk.now.value / againMs)
  const connection = desk.connection.value
  useEffect(() => void refreshDuty(), [round, connection])
  const sitsHere = desk.onDuty.value ? [me.value?.displayName ?? ''] : []
  const names = present.value.length > 0 ? present.value : sitsHere
  const count = unread.value.length
  return (
    <button type="button" class={count > 0 ? 'link unread' : 'link'} onClick={openShift}>
      {t.footer(names.length === 0 ? '–' : names.join('、'))} · {count > 0 ? t.footerNotes(count) : t.footerWrite}
    </button>
  )
}

const openShift = () => {
  desk.dialog.value = 'shift'
}
