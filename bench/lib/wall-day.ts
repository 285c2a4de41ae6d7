/** A day of alarms in front of the wall, one after the other as fast as they can be answered: does its memory grow from the sixth hour to the last? */
import type { Page } from 'playwright-core'
import type { Snapshot } from '../../dashboard/contracts.ts'
import { ask, type SignedIn } from './wall.ts'
import type { Town } from './wall-town.ts'

/** One a minute, as a large centre has at most. */
const alarmsPerHour = 60
const together = 20

export type DayStage = { page: Page; signed: SignedIn; town: Town; homes: number }

/** Megabytes of the page's JavaScript after collecting garbage, at the end of hour 6 and of hour 24; and the nodes of the document then. */
export async function liveADay(stage: DayStage, hours = 24) {
  const session = await stage.page.context().newCDPSession(stage.page)
  const measure = async () => {
    // What was closed last has left the screen, and what it left behind is collected: the second time finds what the first let go of.
    await stage.page.locator('.quiet').waitFor({ timeout: 30_000 })
    for (let turn = 0; turn < 2; turn += 1) await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
    return { megabytes: Math.round(of('JSHeapUsedSize') / 10_485.76) / 100, nodes: of('Nodes') }
  }
  await session.send('Performance.enable')
  const at: Record<number, Awaited<ReturnType<typeof measure>>> = {}
  for (let hour = 1; hour <= hours; hour += 1) {
    for (let n = 0; n < alarmsPerHour; n += together) await answerTogether(stage, hour * alarmsPerHour + n)
    if (hour === 6 || hour === hours) at[hour] = await measure()
  }
  await session.detach()
  return { hour6: at[6], hour24: at[hours], alarms: hours * alarmsPerHour }
}

async function answerTogether({ signed, town, homes }: DayStage, from: number): Promise<void> {
  await Promise.all(Array.from({ length: together }, (_, n) => town.press(((from + n) * 41) % homes)))
  const { alarms } = (await (await ask(signed, '/api/wall')).json()) as Snapshot
  await Promise.all(
    alarms.map(async ({ alarm }) => {
      await ask(signed, `/api/alarms/${alarm.id}/acknowledge`, {})
      await ask(signed, `/api/alarms/${alarm.id}/resolve`, { outcome: 'help-given', text: '' })
    }),
  )
}
