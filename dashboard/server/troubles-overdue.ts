/** A case that nobody ended in time is an alarm of its own: told once to whoever is on duty and to the supervisors of the site, and over with the case. */
import type { Desk } from '../../alerts/desk.ts'
import type { OpenAlarm } from '../../domain/alarm.ts'
import type { Clock } from '../../domain/time.ts'
import type { Trouble } from '../../domain/trouble.ts'
import { type Accounts, type CareStore, type Directory, isStaffOf, type TroubleStore } from '../../store/store.ts'
import type { Told } from '../contracts-upkeep.ts'

export type OverdueNeeds = {
  store: Pick<CareStore, 'openAlarms'>
  troubles: Pick<TroubleStore, 'untold' | 'open' | 'change'>
  directory: Pick<Directory, 'device'>
  accounts: Pick<Accounts, 'users'>
  desk: Pick<Desk, 'handle'>
  clock: Clock
}

/** So many are called for one site; the wall shows it to everybody. */
const superiorsMost = 5

/**
 * Tells of what is out of time since the last look. The cause of the alarm is the case: a stop between the alarm and its mark makes the same
 * cause again after the next start, and the same cause is no second alarm.
 */
export async function tellOverdue(needs: OverdueNeeds): Promise<void> {
  const { troubles, desk, clock } = needs
  for (const trouble of await troubles.untold(clock.now())) {
    const { facts } = await desk.handle(await draftOf(needs, trouble))
    const [raised] = facts.flatMap(({ fact }) => (fact.kind === 'test-pressed' ? [] : [fact.alarm.id]))
    const told = { at: clock.now(), alarmId: raised ?? (await openAlarmOf(needs, trouble.id))?.id ?? '' }
    await troubles.change(trouble.id, { told })
  }
}

/** Ends the alarms of cases that are over. */
export async function endTold({ store, troubles, desk, clock }: OverdueNeeds): Promise<void> {
  const told = (await store.openAlarms('all')).filter(({ reason }) => reason === 'case-overdue')
  if (told.length === 0) return
  const open = new Set((await troubles.open('all')).map(({ id }) => id))
  for (const { subjectId, siteId, causes, detail } of told) {
    if (open.has(String(detail.caseId))) continue
    const deviceId = causes[0]?.deviceId ?? null
    await desk.handle({ kind: 'condition-cleared', reason: 'case-overdue', subjectId, siteId, at: clock.now(), deviceId })
  }
}

async function draftOf({ directory, accounts, clock }: OverdueNeeds, trouble: Trouble) {
  const { id, deviceId, siteId, residentId, dueAt } = trouble
  const device = await directory.device(deviceId)
  const superiors = (await accounts.users()).filter((user) => user.role === 'supervisor' && isStaffOf(user, siteId))
  const names = superiors.slice(0, superiorsMost).map((user) => user.id)
  return {
    ...{ kind: 'device-troubled' as const, reason: 'case-overdue' as const, subjectId: residentId ?? `area:${deviceId}`, siteId },
    ...{ at: clock.now(), deviceId, room: device?.room ?? '', causeId: `overdue:${id}`, claimedAt: null, unreadable: false },
    detail: { role: device?.role ?? 'other', caseId: id, caseDueAt: dueAt, superiors: names.join(' ') },
  }
}

async function openAlarmOf({ store }: OverdueNeeds, caseId: string): Promise<OpenAlarm | undefined> {
  return (await store.openAlarms('all')).find(({ reason, detail }) => reason === 'case-overdue' && detail.caseId === caseId)
}

export type CallNeeds = { store: Pick<CareStore, 'noticesOf'>; accounts: Pick<Accounts, 'user'> }

/** Whom that alarm called, and what became of it; nothing for a case nobody was told of. Each person and place once, with the latest call. */
export async function toldOf({ store, accounts }: CallNeeds, told: Trouble['told']): Promise<Told | null> {
  if (!told) return null
  const notices = told.alarmId === '' ? [] : await store.noticesOf(told.alarmId)
  const latest = new Map(notices.map((notice) => [`${notice.recipient.label} ${notice.recipient.contactId}`, notice]))
  const calls = [...latest.values()].map(async ({ recipient: { label, contactId }, state }) => {
    const user = label === 'supervisor' && contactId !== null ? await accounts.user(contactId) : null
    return { label, name: user?.displayName ?? '', state }
  })
  return { ...told, calls: await Promise.all(calls) }
}
