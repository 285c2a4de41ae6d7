/** From meaning to help, started: the desk, the watches and loops around it, and every way to call people and to answer terminals. */
import webPush from 'web-push'
import { startAudit } from '../alerts/audit.ts'
import { openChannels } from '../alerts/channels/all.ts'
import { openPeople } from '../alerts/channels/shared/people.ts'
import { followSirens } from '../alerts/channels/shared/sirens.ts'
import { startCheckpoints } from '../alerts/checkpoint.ts'
import { startDailyFacts } from '../alerts/daily-facts.ts'
import { openDesk } from '../alerts/desk.ts'
import { startDuty } from '../alerts/duty/duty.ts'
import { alsoToDuty } from '../alerts/duty/to-duty.ts'
import { withDutyWishes } from '../alerts/duty/wishes.ts'
import { startFamily } from '../alerts/family/family.ts'
import { openLifeSign, openLoopBack } from '../alerts/heartbeat/life-sign.ts'
import { openChannelHealth } from '../alerts/outbox/channel-health.ts'
import { openReachable } from '../alerts/outbox/reachable.ts'
import { startReceiptDesk } from '../alerts/outbox/receipt-desk.ts'
import { anyWay } from '../alerts/outbox/ways.ts'
import { startOutbox } from '../alerts/outbox.ts'
import { openSelfTest } from '../alerts/self-test.ts'
import { startSweeps } from '../alerts/sweep/sweep.ts'
import { startTimekeeper } from '../alerts/timekeeper.ts'
import { openWatch } from '../alerts/watch.ts'
import { startWeeklyChanges } from '../alerts/weekly-changes.ts'
import { openReplyPost } from '../broker/reply-post.ts'
import { openSirens } from '../broker/sirens.ts'
import { openLocalBus } from '../bus/bus.ts'
import { sentenceOf } from '../domain/log.ts'
import { forgetLifeSigns } from '../store/sqlite/life-sign.ts'
import { openKeptReplies } from '../store/sqlite/replies.ts'
import { readVapid } from '../store/sqlite/vapid.ts'
import type { PartOptions } from './options.ts'
import { startOut } from './out.ts'
import type { Storage } from './storage.ts'

export type Alerts = Awaited<ReturnType<typeof startAlerts>>

/** From meaning to help: decide and record, ring, escalate, watch who fell silent, prove that nobody waits in vain. */
export async function startAlerts(options: PartOptions, storage: Storage) {
  const { log, clock, onFatal } = options
  const { store, directory, registers, reach } = storage
  const bus = openLocalBus((error) => log('error', `A listener of the bus failed: ${sentenceOf(error)}`))
  const { channels, post, sirens, ...telling } = await openTelling(options, storage)
  const names = [anyWay, ...channels.map(({ name }) => name)]
  const health = openChannelHealth(clock, channels)
  const loopBack = openLoopBack()
  const desk = openDesk({ store, directory, bus, clock, log, onBroken: onFatal, channels: [...names, loopBack.channel.name] })
  const { silence, watch, openAlarms } = await openWatch({ directory, store, registers, bus, clock, log })
  const timekeeper = startTimekeeper({ store, desk, clock, log, supervise: watch.supervise })
  const checkpoints = startCheckpoints({ silence, registers, clock, log })
  const zoneOf = async (siteId: string) => (await directory.site(siteId))?.timeZone ?? 'Asia/Shanghai'
  const people = withDutyWishes({ ...storage, clock }, { reach: reach.reach, zoneOf })
  const plans = { channelNames: names, waysOf: openReachable({ channels, people, clock }) }
  const ways = [...channels, loopBack.channel]
  const outbox = startOutbox({ store, channels: ways, bus, clock, log, people, remember: reach.recordSent, health })
  const secrets = { twilioToken: options.config.ANLING_TWILIO_TOKEN, aliyunKey: options.config.ANLING_ALIYUN_RECEIPT_KEY }
  const receiptDesk = startReceiptDesk({ reach, health, secrets, clock, log })
  const dutyWatch = startDuty({ ...storage, desk, channels, health, people, openAlarms, clock, log })
  const audit = startAudit({ store, clock, log })
  const own = { token: storage.ownToken, screenSecret: storage.ownScreenSecret, desk, store, loopBack, forget: forgetLifeSigns }
  const lifeSign = openLifeSign({ settings: options.config, ...own, audit, timekeeper, clock, log })
  const sweepDesk = await startSweeps({ ...{ ...storage, bus, silence, clock, log }, lifeSign, settings: options.config })
  const dailyFacts = startDailyFacts({ ...storage, clock, log })
  const weeklyChanges = startWeeklyChanges({ ...storage, clock, log })
  const origin = options.config.ANLING_PUBLIC_ORIGIN
  const relatives = startFamily({ ...{ ...storage, ...telling, channels, health, silence, origin, clock, log }, family: storage.families })
  const out = await startOut(options, { ...storage, bus, desk, silence })
  const close = async () => {
    await out.stop()
    watch.stop()
    dutyWatch.stop()
    audit.stop()
    await Promise.all([sweepDesk.stop(), dailyFacts.stop(), weeklyChanges.stop()])
    await relatives.stop()
    await timekeeper.stop()
    receiptDesk.stop()
    await outbox.stop()
    await desk.idle()
    await post.close()
    await checkpoints()
  }
  const selfTest = openSelfTest({ clock, sirensOf: followSirens(directory), ring: sirens.ring, press: lifeSign.trial })
  const loops = {
    selfTest,
    dutyWatch,
    onDuty: dutyWatch.parts,
    timekeeper,
    outbox,
    receiptDesk,
    audit,
    lifeSign,
    dailyFacts,
    weeklyChanges,
  }
  const joined = { ...plans, ...loops, out, sweepDesk, bus, desk, silence, openAlarms, post, sirens }
  return { ...joined, vapid: telling.vapid, family: relatives.parts, close }
}

/** How people are called and terminals answered: every channel that was set up, and the post that keeps what a terminal has not acknowledged. */
async function openTelling({ config, log, clock, write }: PartOptions, storage: Storage) {
  const { database, store, directory, accounts, reach, families } = storage
  const facts = { since: store.factsSince, last: store.lastSeq }
  const post = await openReplyPost({ store: openKeptReplies(database), facts, clock, log })
  const sirens = openSirens({ post, clock })
  const vapid = readVapid(config.ANLING_DATA_DIR, webPush.generateVAPIDKeys)
  const personOf = openPeople({ directory, reach: reach.reach, accounts, country: config.ANLING_PHONE_COUNTRY })
  const siren = { sirensOf: followSirens(directory), ring: sirens.ring }
  const persons = { personOf, subscriptions: reach, hasPage: families.isJoined }
  const channels = openChannels({ settings: config, clock, write, ...persons, vapid, siren })
  return { channels: alsoToDuty({ ...storage, clock }, channels), post, sirens, vapid, personOf }
}
