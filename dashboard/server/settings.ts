/** What the platform runs with, for admins: read only, for it comes from the environment; of a secret only whether it is set. */
import type { SettingRow } from '../contracts-upkeep.ts'
import type { Audit } from './audit.ts'
import { type App, signedIn } from './needs.ts'

export function addSettings(app: App, { settingRows, audit }: { settingRows: () => readonly SettingRow[]; audit: Audit }): void {
  app.get('/api/settings', { config: { needs: 'edit-settings' } }, async (request): Promise<readonly SettingRow[]> => {
    await audit.attempt({ userId: signedIn(request).user.id, action: 'look-settings', subjectId: 'all' })
    return settingRows()
  })
}
