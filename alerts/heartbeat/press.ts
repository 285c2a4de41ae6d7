/** One synthetic press, the whole way of a call for help: terminal → broker → disk → alarm → screens, plan → outbox → call, closed by us → screens and terminal. */
import { lifeSignActor, lifeSignPress, lifeSignSite, lifeSignSubject } from '../../domain/life-sign.ts'
import { type Clock, type Span, seconds } from '../../domain/time.ts'
import type { CareStore } from '../../store/store.ts'
import type { Letter } from '../channels/channel.ts'
import type { Desk } from '../desk.ts'
import { within } from '../within.ts'
import { openAwaiting } from './awaiting.ts'
import type { LoopBack } from './loop-back.ts'
import { openScreen, type ScreenDoor, type Shown } from './screen.ts'
import { openTerminal, type Said, type TerminalDoor } from './terminal.ts'

/** Where the way begins, and where it is watched from. */
export type Doors = { broker: Pick<TerminalDoor, 'host' | 'port'>; screen: Omit<ScreenDoor, 'secret'> }
export type PressNeeds = {
  token: string
  screenSecret: string
  desk: Pick<Desk, 'handle'>
  store: Pick<CareStore, 'load'>
  loopBack: Pick<LoopBack, 'listen'>
  clock: Clock
  /** Between two rounds: slower than that a press may never be. */
  period: Span
}
export type PressRound = {
  /** Resolves with the milliseconds it took; rejects with a sentence that names the part of the way where it was lost. */
  press(doors: Doors): Promise<number>
  /** Ends what a round that was broken off left standing. */
  sweepUp(): Promise<void>
}

/** A press takes tens of milliseconds; in a storm it waits for its turn. */
const patienceMost = seconds(20)

export function openPressRound(needs: PressNeeds): PressRound {
  const { clock, period } = needs
  const limit = period < patienceMost ? period : patienceMost
  let count = 0
  const sweepUp = async () => {
    for (const { id } of (await needs.store.load(lifeSignSubject)).open) await close(needs, id)
  }
  return {
    sweepUp,
    async press(doors) {
      count += 1
      const pressId = `${clock.now()}-${count}`
      const began = clock.elapsed()
      const way: Way = { lostAt: 'before it began: what an earlier one left could not be closed' }
      const travelling = (signal: AbortSignal) => sweepUp().then(() => travel(needs, { doors, pressId, way, signal, limit }))
      try {
        await within({ clock, limit, what: 'The press' }, travelling)
        return Math.round(clock.elapsed() - began)
      } catch (cause) {
        throw new Error(`the synthetic press was lost ${way.lostAt}`, { cause })
      }
    },
  }
}

type Way = { lostAt: string }
type Travel = { doors: Doors; pressId: string; way: Way; signal: AbortSignal; limit: Span }

async function travel(needs: PressNeeds, { doors, pressId, way, signal, limit }: Travel): Promise<void> {
  const shown = openAwaiting<Shown>(signal)
  const said = openAwaiting<Said>(signal)
  const letters = openAwaiting<Letter>(signal)
  const stopListening = needs.loopBack.listen(letters.see)
  const leaving: (() => unknown)[] = [stopListening]
  try {
    way.lostAt = 'at the door of the screens'
    const screen = await openScreen({ ...doors.screen, secret: needs.screenSecret }, { shown: shown.see, signal })
    leaving.push(screen.leave)
    way.lostAt = 'at the door of the broker'
    const terminal = await openTerminal({ ...doors.broker, token: needs.token, patience: limit }, { said: said.see, signal })
    leaving.push(terminal.leave)
    way.lostAt = 'between the broker and the disk: it was not thanked'
    await terminal.press(pressId)
    way.lostAt = 'on the way to the screens: it was recorded, but no screen was told of its alarm'
    const { alarm } = await shown.first(isRaisedBy(`${lifeSignPress}${pressId}`))
    const isToldOf = (kind: string) => said.first((word) => word.kind === kind && word.alarmId === alarm.alarm.id)
    way.lostAt = 'on the way back to the terminal: it was recorded, but the terminal did not hear of it'
    await isToldOf('recorded')
    way.lostAt = 'in the outbox: the call that its plan owes was not made'
    await letters.first((letter) => letter.alarmId === alarm.alarm.id && letter.presses >= alarm.alarm.presses)
    way.lostAt = 'at the end: its alarm could not be closed'
    await close(needs, alarm.alarm.id)
    way.lostAt = 'at the end: it was closed, but the screens were not told'
    await shown.first((fact) => fact.kind === 'alarm-resolved' && fact.alarm?.alarm.id === alarm.alarm.id)
    way.lostAt = 'at the end: it was closed, but the terminal was not told'
    await isToldOf('over')
  } finally {
    await Promise.all(leaving.map((leave) => leave()))
  }
}

const isRaisedBy =
  (causeId: string) =>
  (fact: Shown): fact is Shown & { alarm: NonNullable<Shown['alarm']> } =>
    fact.alarm?.alarm.causes.some(({ id }) => id === causeId) === true

/** Of all alarms the platform may end this one alone: its own. */
async function close({ desk, clock }: PressNeeds, alarmId: string): Promise<void> {
  const whose = { subjectId: lifeSignSubject, siteId: lifeSignSite, at: clock.now(), alarmId }
  const { refusal } = await desk.handle({ kind: 'resolve-asked', ...whose, by: lifeSignActor, outcome: 'technical-fixed', text: '' })
  if (refusal && refusal.code !== 'already-resolved') throw new Error(refusal.message)
}
