/** Enrolment in ingest: who was heard and is in no list, and which devices have shown that they work. Nothing here waits on the way of a press. */
import type { KnownDevice } from '../domain/device.ts'
import type { EnrolmentStore, NewDevice } from '../domain/enrolment.ts'
import type { CarryOut, LifeStore } from '../domain/enrolment-life.ts'
import type { VisitStore } from '../domain/enrolment-visits.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, seconds } from '../domain/time.ts'
import { guessRole } from './enrolment-guess.ts'
import { type Lives, openLives } from './enrolment-life.ts'
import { openProofs, type Proofs } from './enrolment-proofs.ts'
import { openRegister, type Register } from './enrolment-register.ts'
import { openWalks, type Walks } from './enrolment-walk.ts'

const saveEvery = seconds(5)

export type Enrolment = Pick<Register, 'heard' | 'stranger' | 'told' | 'all' | 'otherName' | 'find' | 'forget' | 'hide' | 'isHidden'> &
  Walks &
  Omit<Lives, 'overhear' | 'save' | 'part'> & {
    guess(device: NewDevice): ReturnType<typeof guessRole>
    claimed(deviceId: string): Promise<void>
    carryOut: CarryOut
    proof: Proofs['get']
    proofIds: Proofs['ids']
    visits: VisitStore
    /** A new credential is about to be made; with a former one beside it, both are valid for a while. Durable when resolved. */
    rotating(deviceId: string, of: { by: string; isSecond: boolean; device: KnownDevice | null }): Promise<void>
    stop(): Promise<void>
  }

type EnrolmentNeeds = { store: EnrolmentStore & LifeStore; visits: VisitStore; clock: Clock; log: Log }

/** Starts it; `stop` writes down what was not yet written. */
export function startEnrolment({ store, visits, clock, log }: EnrolmentNeeds): Enrolment {
  const { save: saveRegister, ...register } = openRegister(store)
  const proofs = openProofs(store)
  const { overhear, save: saveLives, part: lifePart, ...lives } = openLives({ store, clock })
  const walks = openWalks({ proofs, write: store.saveProofs, clock })
  let underWay: Promise<void> = Promise.resolve()
  const save = async (): Promise<void> => {
    try {
      await Promise.all([saveRegister(), proofs.save(), saveLives()])
    } catch (error) {
      log('warn', `What enrolment noticed was not written down and will be tried again: ${sentenceOf(error)}`)
    }
  }
  const stop = clock.every(saveEvery, () => {
    underWay = underWay.then(save)
  })
  return {
    ...register,
    ...lives,
    visits,
    async rotating(deviceId, { by, isSecond, device }) {
      const rotatedAt = isSecond ? clock.now() : null
      const line = { deed: 'rotated' as const, by, residentId: device?.residentId ?? null, room: device?.room ?? '', detail: '' }
      await lives.live(deviceId, { rotatedAt }, line)
    },
    ...walks,
    witness(raw, device, context) {
      overhear(raw, device, context.message.receivedAt)
      return walks.witness(raw, device, context)
    },
    claimed: (deviceId) => proofs.claimed(deviceId, clock.now()),
    async carryOut(steps, commit) {
      const now = clock.now()
      const parts = steps.flatMap((step) => [lifePart(step), ...(step.owesProof ? [proofs.part(step.deviceId, now)] : [])])
      try {
        await commit(() => {
          for (const part of parts) part.write()
        })
      } catch (error) {
        for (const part of parts) part.undo()
        throw error
      }
    },
    proof: proofs.get,
    proofIds: proofs.ids,
    guess: guessRole,
    async stop() {
      stop()
      await underWay
      await save()
    },
  }
}
