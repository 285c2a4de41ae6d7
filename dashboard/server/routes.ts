/** Every route of the API, added in one place: a newcomer reads here what the platform answers to. */
import type { Snapshot } from '../contracts.ts'
import { scopeOf } from './access.ts'
import { addAccounts } from './accounts.ts'
import { addAlarms } from './alarms.ts'
import { openAudit } from './audit.ts'
import { addAuditPages } from './audit-pages.ts'
import { addCallBacks } from './call-backs.ts'
import { addCap } from './cap.ts'
import { addCockpit } from './cockpit.ts'
import { addDevices } from './device-life.ts'
import { addDirectory } from './directory.ts'
import { addDuty } from './duty.ts'
import { addEnrolment } from './enrolment.ts'
import { addExchange } from './exchange.ts'
import { addFhir } from './fhir.ts'
import { addHealth } from './health.ts'
import { addHistory } from './history.ts'
import { addRefusedReadings } from './history-refused.ts'
import { addHomeAssistants } from './home-assistant.ts'
import { addLastSeen } from './last-seen.ts'
import type { LiveSide } from './live.ts'
import { recordLooks } from './look-record.ts'
import { addMaps } from './maps.ts'
import { type App, type DashboardNeeds, signedIn } from './needs.ts'
import { openPasswords } from './passwords.ts'
import { addPeople } from './people.ts'
import { addPlans } from './plans.ts'
import { addProfiles } from './profiles.ts'
import { addProviderReceipts } from './provider-receipts.ts'
import { addQuarantine } from './quarantine.ts'
import { addSelfTest } from './self-test.ts'
import type { Sessions } from './sessions.ts'
import { addSilence } from './silence.ts'
import { addSweeps } from './sweep.ts'
import { openTurns } from './turns.ts'
import { addUpkeep } from './upkeep.ts'
import { addVendorLogin } from './vendor-login.ts'
import type { Wall } from './wall-side.ts'
import { addWaysIn } from './ways-in.ts'
import { addWebhookQueue } from './webhook-queue.ts'

type Parts = { app: App; needs: DashboardNeeds; sessions: Sessions; live: LiveSide; wall: Wall; onOpened: (alarmId: string) => void }

/** What every centre has. */
export function addRoutes({ app, needs, sessions, live, wall, onOpened }: Parts): void {
  const { picture, places, receipts } = wall
  const audit = openAudit(needs)
  recordLooks(app, { ...needs, audit })
  const passwords = openPasswords()
  const cuts = { cutSession: live.cutSession, cutUser: live.cutUser, inTurn: openTurns() }
  addAccounts(app, { ...needs, ...cuts, sessions, passwords, audit })
  addAlarms(app, { ...needs, maps: needs.upkeep?.maps, residentFile: needs.upkeep?.residentFile, places, audit, onOpened })
  addDirectory(app, { ...needs, audit })
  addCallBacks(app, { ...needs, audit })
  if (needs.upkeep && needs.figures)
    addCockpit(app, {
      ...needs,
      ...wall,
      ...needs.upkeep,
      figureStore: needs.figures,
      seatsOn: live.seatsOn,
      ...(needs.enrolment && { proofOf: needs.enrolment.proof }),
    })
  addPlans(app, { ...needs, audit })
  addExchange(app, { ...needs, audit })
  addHistory(app, { ...needs, audit })
  addCap(app, { ...needs, audit })
  addFhir(app, { ...needs, audit })
  addRefusedReadings(app, { ...needs, audit })
  addLastSeen(app, { ...needs, audit })
  addSilence(app, { ...needs, audit })
  addPeople(app, { ...needs, ...cuts, passwords, audit })
  addAuditPages(app, { ...needs, audit })
  addQuarantine(app, needs)
  if (needs.onDuty) addDuty(app, { ...needs, ...needs.onDuty, ...wall, isWatched: live.isWatched, audit })
  addSweeps(app, { ...needs, audit, tellSweep: live.tellSweep })
  addHealth(app, { health: needs.health, screens: live.screens, receipts })
  app.get('/api/wall', { config: { needs: 'watch', look: 'wall' } }, async (request): Promise<Snapshot> => {
    const scope = scopeOf(signedIn(request).user)
    await picture.prepare(scope)
    return picture.snapshot(scope)
  })
}

/** What is there only where the platform was given it. */
export async function addMore(app: App, needs: DashboardNeeds): Promise<void> {
  const audit = openAudit(needs)
  const { takeReport, profiles, enrolment, wayIn, settings, clock } = needs
  if (needs.outgoing) addWebhookQueue(app, { ...needs.outgoing, audit, clock })
  if (needs.homeAssistants) addHomeAssistants(app, { ...needs, homeAssistants: needs.homeAssistants, audit })
  if (takeReport) await addProviderReceipts(app, { takeReport, publicOrigin: settings.publicOrigin, clock })
  if (needs.selfTest) addSelfTest(app, { ...needs, selfTest: needs.selfTest, audit })
  if (profiles) addProfiles(app, { profiles, audit })
  if (enrolment) addEnrolment(app, { ...needs, enrolment, audit })
  if (enrolment) addDevices(app, { ...needs, enrolment, audit })
  if (enrolment && needs.vendors) addVendorLogin(app, { ...needs, enrolment, audit }, needs.vendors)
  if (needs.upkeep) addUpkeep(app, { ...needs, upkeep: needs.upkeep, audit })
  if (needs.upkeep) addMaps(app, { ...needs, maps: needs.upkeep.maps, audit })
  if (wayIn) await addWaysIn(app, { ...needs, ...wayIn })
}
