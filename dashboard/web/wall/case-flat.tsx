/** The plan of the flat: which room called, or, of a button that is worn, where something last moved. */
import { flatPlanSize } from '../../../domain/site-plan.ts'
import type { AlarmCard } from '../../contracts.ts'
import { widthOf } from '../maps/text-width.ts'
import { words } from '../shared/i18n/i18n.ts'
import { type Flat, flatOf, flatSize, type Room } from './flat.ts'
import { listed } from './say.ts'

export function FlatPlan({ card: { alarm, card, flat: drawn, lastActiveRoom } }: { card: AlarmCard }) {
  const t = words.value.hand
  const flat = drawn ? { ...drawn, height: flatPlanSize.height } : flatOf((card?.devices ?? []).map(({ room }) => room))
  if (!card || !flat) return null
  const called = calledRoom(alarm, card.devices)
  const where = called !== '' ? t.flatCalled(called) : lastActiveRoom !== '' ? t.flatLast(lastActiveRoom) : t.flatUnknown
  return (
    <div class={`box flat p${alarm.priority}`}>
      <h3>
        {t.flat} <span>{where}</span>
      </h3>
      <Drawing flat={flat} called={called} seen={called === '' ? lastActiveRoom : ''} label={t.flatLabel(listed(roomNames(flat)), where)} />
    </div>
  )
}

const roomNames = ({ rooms }: Flat) => rooms.map(({ name }) => name)

/** Where the newest cause came from: what it says itself, else where its device hangs. */
function calledRoom({ causes }: AlarmCard['alarm'], devices: readonly { id: string; room: string }[]): string {
  const last = causes.at(-1)
  return (last?.room || devices.find(({ id }) => id === last?.deviceId)?.room) ?? ''
}

const [margin, gap] = [0.5, 6]

function Drawing({ flat, called, seen, label }: { flat: Flat; called: string; seen: string; label: string }) {
  const { width } = flatSize
  const { height } = flat
  // A drawn flat is higher and so is shown smaller: its letters are larger in turn.
  const scale = Math.max(1, height / 32)
  return (
    <svg viewBox={`${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`} role="img" aria-label={label}>
      {flat.rooms.map((room, index) => (
        <RoomShape key={index} room={room} scale={scale} state={room.name === called ? 'called' : room.name === seen ? 'seen' : ''} />
      ))}
      <path class="way" d={`M${flat.door - gap / 2} ${height}h${gap}`} />
    </svg>
  )
}

type RoomProps = { room: Room; scale: number; state: 'called' | 'seen' | '' }

/** The room that matters is read from where one stands: its name is as large as its walls allow. */
function RoomShape({ room: { name, x, y, width, height }, scale, state }: RoomProps) {
  const t = words.value.hand
  const said = state === 'called' ? t.flatHere : state === 'seen' ? t.flatSeen : ''
  const [middle, centre] = [x + width / 2, y + height / 2]
  const sized = (text: string, most: number) => Math.min(most * scale, (width - 2) / widthOf(text, 1))
  const [size, small] = [sized(name, said === '' ? 4.6 : 6), sized(said, 4)]
  return (
    <g class={state}>
      <rect x={x} y={y} width={width} height={height} />
      <text x={middle} y={centre + (said === '' ? size * 0.36 : size * 0.26 - small * 0.36)} font-size={size}>
        {name}
      </text>
      {said !== '' && (
        <text class="said" x={middle} y={centre + size * 0.46 + small * 0.7} font-size={small}>
          {said}
        </text>
      )}
    </g>
  )
}
