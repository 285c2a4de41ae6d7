/** What is done to devices, in one commit: their rows, their lives, the proofs they owe and the lines of the record stand together, or nothing does. */
import type { DeedStep } from '../../domain/enrolment-life.ts'
import { put } from './directory.ts'
import type { EnrolmentNeeds } from './enrolment-parts.ts'
import type { DeviceRow } from './rows.ts'

/** `revoke`: the device whose credentials end with it. */
type Changed = { devices: readonly DeviceRow[]; revoke?: string }

/** Throws a refusal when a row names what is not there, and StoreTrouble. */
export function carryOut({ enrolment, directory }: EnrolmentNeeds, { devices, ...along }: Changed, steps: readonly DeedStep[]) {
  return enrolment.carryOut(steps, (write) =>
    put({ put: (rows, line) => directory.put(rows, line, { write, ...along }) }, { devices }, undefined),
  )
}
