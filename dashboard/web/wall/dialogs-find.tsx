/** Finding: a home by its door, an open alarm by its door or person; and the list of homes that are not normal. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { FoundResident } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { later } from '../shared/clock.ts'
import { dayTime } from '../shared/format.ts'
import { words } from '../shared/i18n/i18n.ts'
import { SortedTable } from '../shared/sorted-table.tsx'
import { Field, Modal } from '../shared/ui.tsx'
import * as desk from './desk.ts'
import { looks } from './homes.ts'
import { cells, type Unusual, unusual } from './marks.ts'
import { agoText, labelText, whatOf, whereSite, wholeAddressOf } from './say.ts'

const shownMost = 12
/** 3栋2单元502, 3-2-502 and "3 2 502" are the same door. */
const squeeze = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[\s栋幢单元室号-]+/g, '-')
    .replaceAll(/^-|-$/g, '')
/** A part of a door begins where a number begins: 3 does not find 13. */
const holds = (text: string, wanted: string) => `-${squeeze(text)}`.includes(/^\d/.test(wanted) ? `-${wanted}` : wanted)

/** Homes and alarms that hold the typed letters; spaces and 栋/单元 do not matter. */
function findHomes(typed: string): Unusual[] {
  const wanted = squeeze(typed)
  const homes = desk.homes.value
  const found: Unusual[] = []
  for (let index = 0; index < homes.size && found.length < shownMost; index += 1) {
    const label = homes.label(index)
    if (!holds(label, wanted)) continue
    found.push({ index, label, look: cells.value.looks[index] ?? 0, activeAt: homes.activeAt(index), residentId: homes.residentId(index) })
  }
  return found
}

export function SearchDialog({ onClose }: { onClose: () => void }) {
  const t = words.value.dialogs
  const typed = desk.searched
  const wanted = squeeze(typed.value)
  const alarms =
    wanted === '' ? [] : desk.queue.value.filter(({ place }) => holds(wholeAddressOf(place), wanted) || holds(place.person, wanted))
  const homes = wanted === '' ? [] : findHomes(typed.value)
  const people = usePeople(typed.value.trim())
  const choose = (id: string) => {
    desk.choose(id)
    onClose()
  }
  return (
    <Modal title={t.searchTitle} onClose={onClose} wide>
      <Field
        label={t.searchLabel}
        hint={t.searchHint}
        value={typed.value}
        onText={(text) => {
          typed.value = text
        }}
      />
      <ul class="found" aria-live="polite">
        {alarms.map((wall) => (
          <li key={wall.alarm.id}>
            <button type="button" class={`link p${wall.alarm.priority}`} onClick={() => choose(wall.alarm.id)}>
              <b>{wholeAddressOf(wall.place)}</b> {wall.place.person} · {whatOf(wall.alarm)}
            </button>
          </li>
        ))}
      </ul>
      {people.value.length > 0 && <People found={people.value} />}
      {homes.length > 0 && <HomesTable homes={homes} />}
      {wanted !== '' && homes.length + alarms.length + people.value.length === 0 && <p class="dim">{t.searchNone}</p>}
      <Close onClose={onClose} />
    </Modal>
  )
}

const searchAfterMs = 250

/** Whom the server finds by name or telephone, a moment after the last letter. */
function usePeople(typed: string) {
  const people = useSignal<readonly FoundResident[]>([])
  useEffect(() => {
    people.value = []
    if (typed === '') return
    let wanted = true
    const callOff = later(searchAfterMs, () => {
      void api.findResidents(typed).then((answer) => {
        if (wanted && answer.ok) people.value = answer.value
      })
    })
    return () => {
      wanted = false
      callOff()
    }
  }, [typed, people])
  return people
}

function People({ found }: { found: readonly FoundResident[] }) {
  return (
    <section class="scroll" aria-label={words.value.hand.residentsFound}>
      <ul class="found">
        {found.map(({ residentId, person, label, siteName }) => (
          <li key={residentId}>
            <button type="button" class="link" onClick={() => desk.openResident(residentId)}>
              <b>{person}</b> {labelText(label)} · {siteName}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const listedMost = 300

export function HomesDialog({ onClose }: { onClose: () => void }) {
  const t = words.value.wall
  return (
    <Modal title={t.homesListTitle} onClose={onClose} wide>
      {unusual.value.length === 0 ? <p class="dim">{t.homesNone}</p> : <HomesTable homes={unusual.value.slice(0, listedMost)} />}
      <Close onClose={onClose} />
    </Modal>
  )
}

function Close({ onClose }: { onClose: () => void }) {
  return (
    <div class="buttons">
      <button type="button" class="button" onClick={onClose}>
        {words.value.close}
      </button>
    </div>
  )
}

const lookNames = Object.keys(looks) as (keyof typeof looks)[]

function HomesTable({ homes }: { homes: readonly Unusual[] }) {
  const t = words.value.wall
  return (
    <section class="scroll" aria-label={t.homesTitle}>
      <SortedTable
        rows={homes}
        keyOf={({ index }) => String(index)}
        columns={[
          {
            head: t.home,
            by: ({ label }) => label,
            cell: ({ label, residentId }) => (
              <button
                type="button"
                class="link"
                aria-label={words.value.hand.openCard(labelText(label))}
                onClick={() => desk.openResident(residentId)}
              >
                {labelText(label)}
              </button>
            ),
          },
          { head: t.state, by: ({ look }) => look, cell: ({ look }) => t.looks[lookNames[look] ?? 'quiet'] },
          { head: t.lastSeen, by: ({ activeAt }) => activeAt, cell: ({ activeAt }) => lastSeenText(activeAt) },
        ]}
      />
    </section>
  )
}

const lastSeenText = (activeAt: number) =>
  activeAt === 0 ? words.value.never : words.value.aside(dayTime(activeAt, desk.now.value, whereSite()), agoText(activeAt, desk.now.value))
