/** The centre's upkeep, joined: the device board, cases of broken devices, and what admins set up. */
import type { Bus } from '../../bus/bus.ts'
import type { Log } from '../../domain/log.ts'
import type { HistoryStore } from '../../store/store.ts'
import { addApiKeys } from './api-keys.ts'
import { addBoard, type BoardRouteNeeds } from './board.ts'
import { openBatteries } from './board-battery.ts'
import { addResidentFile } from './directory-file.ts'
import type { EnrolmentParts } from './enrolment-parts.ts'
import type { App } from './needs.ts'
import { addSettings } from './settings.ts'
import { addTroubles, type TroubleNeeds } from './troubles.ts'
import { followTroubles, type TroubleFollowNeeds } from './troubles-follow.ts'
import type { UpkeepParts } from './upkeep-parts.ts'
import { addWebhooks } from './webhooks.ts'

export type UpkeepNeeds = Omit<
  BoardRouteNeeds & TroubleNeeds & TroubleFollowNeeds,
  'troubles' | 'proofOf' | 'proofIds' | 'batteries' | 'onChanged'
> & {
  upkeep: UpkeepParts
  enrolment?: Pick<EnrolmentParts, 'proof' | 'proofIds' | 'note'> | undefined
  history: HistoryStore
  bus: Bus
  log: Log
}

/** Adds the routes and begins to follow; nothing is left running when the app has closed. */
export function addUpkeep(app: App, { upkeep, enrolment, ...needs }: UpkeepNeeds): void {
  const batteries = openBatteries({ ...needs, noteOf: (deviceId) => enrolment?.note(deviceId) })
  const all = {
    ...needs,
    ...upkeep,
    batteries,
    proofOf: (deviceId: string) => enrolment?.proof(deviceId),
    proofIds: () => enrolment?.proofIds() ?? [],
  }
  const follower = followTroubles(all)
  app.addHook('onClose', () => {
    batteries.stop()
    return follower.stop()
  })
  const forget = addBoard(app, all)
  const onChanged = () => {
    forget()
    follower.changed()
  }
  addTroubles(app, { ...all, onChanged })
  addResidentFile(app, all)
  addApiKeys(app, all)
  const { trials, settingRows } = upkeep
  if (trials) addWebhooks(app, { ...all, trials })
  if (settingRows) addSettings(app, { ...all, settingRows })
}
