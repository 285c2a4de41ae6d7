/** 户型图: a home's rooms from a template or one by one, moved on the drawing or changed by numbers, seen at once. */
import { useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { Home } from '../../../domain/people.ts'
import { type FlatPlan, type FlatRoom, flatRoomsMost } from '../../../domain/site-plan.ts'
import { mapsApi } from '../maps/api.ts'
import { refusalText } from '../shared/i18n/i18n.ts'
import { FlatSketch } from './flat-plan-sketch.tsx'
import { flatTemplates } from './flat-plan-templates.ts'
import { sitePlanWords } from './site-plan-words.ts'

/**
 * The flat of this home as it stands. Nothing is drawn before it is known: an answer that comes late would wipe that out, or bring another
 * home's rooms.
 */
function useFlat(homeId: string) {
  const plan = useSignal<FlatPlan | null>(null)
  const isKnown = useSignal(false)
  const said = useSignal('')
  useEffect(() => {
    ;[plan.value, isKnown.value, said.value] = [null, false, '']
    if (homeId === '') return
    let isOver = false
    void mapsApi.flat(homeId).then((answer) => {
      if (isOver) return
      isKnown.value = answer.ok
      if (answer.ok) plan.value = answer.value.plan
      else said.value = refusalText(answer.refused)
    })
    return () => {
      isOver = true
    }
  }, [homeId])
  return { plan, isKnown, said }
}

export function FlatEditor({ homes }: { homes: readonly Home[] }) {
  const t = sitePlanWords.value
  const chosen = useSignal('')
  const homeId = useId()
  const home = homes.find(({ id }) => id === chosen.value) ?? homes[0]
  const { plan, isKnown, said } = useFlat(home?.id ?? '')
  if (!home) return null
  const save = async (next: FlatPlan | null) => {
    const put = await mapsApi.putFlat(home.id, next)
    said.value = put.ok ? t.saved : refusalText(put.refused)
    if (put.ok) plan.value = next
  }
  return (
    <section>
      <h2>{t.flat}</h2>
      <p class="dim">{t.flatHint}</p>
      <div class="tools">
        <p class="field">
          <label for={homeId}>{t.home}</label>
          <select id={homeId} value={home.id} onChange={(event) => (chosen.value = event.currentTarget.value)}>
            {homes.map(({ id, building, unit, door }) => (
              <option key={id} value={id}>
                {[building, unit, door].filter(Boolean).join(' ')}
              </option>
            ))}
          </select>
        </p>
        {isKnown.value && <TemplateChoice onChoose={(next) => (plan.value = next)} />}
      </div>
      {isKnown.value && <Rooms plan={plan.value ?? empty} onChange={(next) => (plan.value = next)} />}
      <div class="tools">
        <button type="button" class="button primary" disabled={!plan.value?.rooms.length} onClick={() => void save(plan.value)}>
          {t.saveFlat}
        </button>
        <button type="button" class="button" disabled={!isKnown.value} onClick={() => void save(null)}>
          {t.general}
        </button>
        <p role="status" class="said">
          {said.value}
        </p>
      </div>
    </section>
  )
}

const empty: FlatPlan = { rooms: [], door: 90 }
const newRoom = { x: 40, y: 20, width: 20, height: 20 }

const measures = ['x', 'y', 'width', 'height'] as const

const withRoom = (plan: FlatPlan, at: number, part: Partial<FlatRoom>): FlatPlan => ({
  ...plan,
  rooms: plan.rooms.map((room, index) => (index === at ? { ...room, ...part } : room)),
})

type RoomsProps = { plan: FlatPlan; onChange: (plan: FlatPlan) => void }

function Rooms({ plan, onChange }: RoomsProps) {
  const t = sitePlanWords.value
  const change = (at: number, part: Partial<FlatRoom>) => onChange(withRoom(plan, at, part))
  return (
    <div class="flat-editor">
      <FlatSketch plan={plan} onChange={change} />
      <div>
        <p class="dim">{plan.rooms.length === 0 ? t.flatStart : t.flatDrag}</p>
        {plan.rooms.length > 0 && <RoomTable plan={plan} onChange={onChange} />}
        <button
          type="button"
          class="button"
          disabled={plan.rooms.length >= flatRoomsMost}
          onClick={() => onChange({ ...plan, rooms: [...plan.rooms, { name: t.room, ...newRoom }] })}
        >
          {t.addRoom}
        </button>
      </div>
    </div>
  )
}

function RoomTable({ plan, onChange }: RoomsProps) {
  const t = sitePlanWords.value
  const change = (at: number, part: Partial<FlatRoom>) => onChange(withRoom(plan, at, part))
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t.room}</th>
          {measures.map((name) => (
            <th key={name} scope="col">
              {t[name]}
            </th>
          ))}
          <th scope="col">
            <span class="unseen">{t.drop('')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {plan.rooms.map((room, index) => (
          <RoomRow
            key={index}
            at={index}
            room={room}
            onChange={(part) => change(index, part)}
            onDrop={() => onChange({ ...plan, rooms: plan.rooms.filter((_room, at) => at !== index) })}
          />
        ))}
      </tbody>
    </table>
  )
}

type RowProps = { at: number; room: FlatRoom; onChange: (part: Partial<FlatRoom>) => void; onDrop: () => void }

function RoomRow({ at, room, onChange, onDrop }: RowProps) {
  const t = sitePlanWords.value
  return (
    <tr>
      <td>
        <input
          aria-label={`${t.room} ${at + 1}`}
          maxLength={20}
          value={room.name}
          onChange={(e) => onChange({ name: e.currentTarget.value.trim() })}
        />
      </td>
      {measures.map((name) => (
        <td key={name}>
          <input
            type="number"
            min={0}
            max={100}
            aria-label={`${room.name} ${t[name]}`}
            value={room[name]}
            onChange={(event) => onChange({ [name]: Number(event.currentTarget.value) })}
          />
        </td>
      ))}
      <td>
        <button type="button" class="link" aria-label={t.drop(room.name)} onClick={onDrop}>
          ×
        </button>
      </td>
    </tr>
  )
}

function TemplateChoice({ onChoose }: { onChoose: (plan: FlatPlan) => void }) {
  const t = sitePlanWords.value
  const templateId = useId()
  const choose = (name: string) => {
    const templates: Readonly<Record<string, FlatPlan>> = flatTemplates(t.rooms)
    const plan = templates[name]
    if (plan) onChoose(plan)
  }
  return (
    <p class="field">
      <label for={templateId}>{t.template}</label>
      <select id={templateId} value="" onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">–</option>
        {(['one', 'two', 'three'] as const).map((name) => (
          <option key={name} value={name}>
            {t.templates[name]}
          </option>
        ))}
      </select>
    </p>
  )
}
