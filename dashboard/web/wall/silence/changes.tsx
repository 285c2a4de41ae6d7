/** The weekly notice on the quiet wall: whose days slowly changed for the worse. Nothing rings; it can be opened and read. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SlowChange } from '../../../../domain/slow-change.ts'
import type { ChangesAnswer } from '../../../contracts.ts'
import { request } from '../../shared/api.ts'
import * as desk from '../desk.ts'
import { listed } from '../say.ts'
import { changeText, silenceWords } from './words.ts'

const againMs = 30 * 60_000

type Person = ChangesAnswer['people'][number]

export function ChangesNotice() {
  const people = useSignal<readonly Person[]>([])
  const siteIds = desk.picture.value.sites.map(({ id }) => id).join(' ')
  const round = Math.floor(desk.now.value / againMs)
  useEffect(() => {
    const asked = siteIds.split(' ').filter((id) => id !== '')
    void Promise.all(asked.map((id) => request<ChangesAnswer>('GET', `/api/sites/${encodeURIComponent(id)}/changes`))).then((answers) => {
      people.value = answers.flatMap((answer) => (answer.ok ? answer.value.people : []))
    })
  }, [siteIds, round, people])
  if (people.value.length === 0) return null
  return (
    <details class="changes">
      <summary>{silenceWords.value.changes(people.value.length)}</summary>
      <ul>
        {people.value.map(({ residentId, person, label, changes }) => (
          <li key={residentId}>
            <b>{person}</b> {label} · {listed(changes.map((change: SlowChange) => changeText(change)))}
          </li>
        ))}
      </ul>
    </details>
  )
}
