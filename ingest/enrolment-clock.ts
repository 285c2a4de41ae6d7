/** Once an hour: whose clock is wrong, told as a note about the device; and when most are off by the same, the clock that is wrong is ours. */
import type { Desk } from '../alerts/desk.ts'
import { clockOffLimitSeconds, isClockWrong } from '../domain/drift.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, hours } from '../domain/time.ts'
import type { Directory } from '../store/store.ts'
import type { Lives } from './enrolment-life.ts'
import { subjectOf } from './meaning.ts'

const lookEvery = hours(1)
/** A wall of notes helps nobody: the rest is told in the hours after. */
const notesMost = 20
/** So many devices must agree before we doubt ourselves. */
const agreeLeast = 10

type Needs = {
  lives: Pick<Lives, 'clockOff' | 'clocks'>
  directory: Pick<Directory, 'device'>
  desk: Desk
  clock: Clock
  log: Log
  /** Devices whose wrong clock is an open alarm already. */
  told: Iterable<string>
}

/** Starts looking. `look` is one look, for tests. */
export function startClockWatch({ lives, directory, desk, clock, log, told: known }: Needs) {
  const told = new Set(known)
  const say = async (deviceId: string, isWrong: boolean): Promise<void> => {
    const device = await directory.device(deviceId)
    if (!device) return void told.delete(deviceId)
    const now = clock.now()
    const base = { subjectId: subjectOf(device), siteId: device.siteId, at: now, deviceId }
    if (isWrong) {
      const offSeconds = lives.clockOff(deviceId)?.seconds ?? 0
      const detail = { role: device.role, offSeconds }
      const cause = { room: device.room, causeId: `clock:${deviceId}:${now}`, claimedAt: null, unreadable: false }
      await desk.handle({ kind: 'device-troubled', reason: 'clock-wrong', ...base, ...cause, detail })
      told.add(deviceId)
      return
    }
    await desk.handle({ kind: 'condition-cleared', reason: 'clock-wrong', ...base })
    told.delete(deviceId)
  }
  const look = async (): Promise<void> => {
    try {
      const wrong = new Map(lives.clocks().map(({ deviceId, off }) => [deviceId, isClockWrong(off)]))
      if (isOurs(lives.clocks().map(({ off }) => off.seconds)))
        return log('error', 'Most devices disagree with our clock by the same: it is probably ours that is wrong. Check the time service.')
      const news = [...wrong].filter(([deviceId, isWrong]) => isWrong !== told.has(deviceId)).slice(0, notesMost)
      for (const [deviceId, isWrong] of news) await say(deviceId, isWrong)
    } catch (error) {
      log('warn', `Clocks of devices could not be judged and will be again: ${sentenceOf(error)}`)
    }
  }
  let underWay: Promise<void> = Promise.resolve()
  const stop = clock.every(lookEvery, () => {
    underWay = underWay.then(look)
  })
  return {
    look,
    async stop(): Promise<void> {
      stop()
      await underWay
    },
  }
}

/** More than half are off by more than the limit, within half the limit of their middle. */
function isOurs(offs: readonly number[]): boolean {
  if (offs.length < agreeLeast) return false
  const middle = [...offs].sort((a, b) => a - b)[offs.length >> 1] ?? 0
  const agreeing = offs.filter((off) => Math.abs(off - middle) <= clockOffLimitSeconds / 2).length
  return Math.abs(middle) > clockOffLimitSeconds && agreeing > offs.length / 2
}
