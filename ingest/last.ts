/** The last value of what only matters when it changes: one small column per quantity, indexed by `Device.number`. */
export type Quantity = 'battery' | 'mains' | 'door' | 'bed' | 'presence' | 'beat'

export type Last = {
  /** Notes the value; returns the former one, or NaN when there was none. */
  note(quantity: Quantity, device: number, value: number): number
}

/** Numbers are dense in the directory; one beyond this is a mistake and is not remembered. */
const devicesMost = 4_000_000
const firstSize = 1_024

export function openLast(): Last {
  const columns: Record<Quantity, Float32Array> = {
    battery: column(firstSize),
    mains: column(firstSize),
    door: column(firstSize),
    bed: column(firstSize),
    presence: column(firstSize),
    beat: column(firstSize),
  }
  return {
    note(quantity, device, value) {
      if (device >= devicesMost) return Number.NaN
      if (device >= columns[quantity].length) columns[quantity] = grown(columns[quantity], device)
      const values = columns[quantity]
      const former = values[device] ?? Number.NaN
      values[device] = value
      return former
    },
  }
}

const column = (size: number): Float32Array => new Float32Array(size).fill(Number.NaN)

function grown(values: Float32Array, device: number): Float32Array {
  const larger = column(Math.min(devicesMost, Math.max(device + 1, values.length * 2)))
  larger.set(values)
  return larger
}
