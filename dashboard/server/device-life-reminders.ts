/** Whether, and in which language, a person's terminal asks once a week for a test press. */
import { z } from 'zod'
import type { ReminderWish } from '../../domain/enrolment-reminders.ts'
import { usualWish } from '../../domain/enrolment-reminders.ts'
import type { DeviceNeeds } from './enrolment-parts.ts'
import { mustEnterHomeOf } from './enrolment-visits.ts'
import { type App, signedIn } from './needs.ts'
import { id, text } from './schemas.ts'

const config = { needs: 'enrol-devices' as const }
const params = z.object({ residentId: id })
const wishBody = z.strictObject({
  isOff: z.boolean().default(false),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{1,8})?$/, 'must be a language such as zh, en, yue or ug'),
  words: text(200).default(''),
})

export function addReminderWishes(app: App, needs: DeviceNeeds): void {
  const { reminders } = needs.enrolment
  if (!reminders) return
  app.get(
    '/api/test-reminders/:residentId',
    { config: { ...config, look: 'test-reminder' }, schema: { params } },
    async (request): Promise<ReminderWish> => {
      const { residentId } = request.params
      await mustEnterHomeOf(needs, signedIn(request).user, residentId)
      const { remindedAt: _, ...wish } = reminders.reminder(residentId) ?? { ...usualWish(residentId), remindedAt: null }
      return wish
    },
  )
  app.put('/api/test-reminders/:residentId', { config, schema: { params, body: wishBody } }, async (request): Promise<ReminderWish> => {
    const { user } = signedIn(request)
    const { residentId } = request.params
    await mustEnterHomeOf(needs, user, residentId)
    const wish = { residentId, ...request.body }
    const detail = wish.isOff ? 'off' : wish.language
    await reminders.saveWish(wish, needs.audit.line({ userId: user.id, action: 'put-test-reminder', subjectId: residentId, detail }))
    return wish
  })
}
