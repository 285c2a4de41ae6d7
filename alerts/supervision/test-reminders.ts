/** Once a week, at the hour of choice, her terminal asks a person to try the button, when none of us heard a test for a week. At most once a week each. */
import { dayIn } from '../../domain/calendar.ts'
import type { Role } from '../../domain/device.ts'
import { type Reminder, type ReminderStore, reminderWords, testedFor, usualWish } from '../../domain/enrolment-reminders.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { Reply } from '../../domain/message.ts'
import { type Clock, hourIn, type Instant, minutes } from '../../domain/time.ts'
import type { Directory, WatchedDevice } from '../../store/store.ts'

export type TestReminderNeeds = {
  directory: Pick<Directory, 'sites' | 'watchedDevices' | 'watchedResidents'>
  store: ReminderStore
  /** When a device last showed that it works. */
  provenAt: (deviceId: string) => Instant | null
  /** Owed to a terminal until it acknowledges. */
  owe: (reply: Reply) => void
  /** The hour of day, local to each site, 0 to 23; null: nobody is reminded. */
  hour: number | null
  clock: Clock
  log: Log
}

export type TestReminders = {
  /** One look; resolves with how many were reminded. */
  look(): Promise<number>
  stop(): Promise<void>
}

const lookEvery = minutes(10)
/** More in one look than this wait for the next: what terminals are owed is written down in one go. */
const atOnceMost = 500
const buttons: ReadonlySet<Role> = new Set<Role>(['sos-button', 'terminal'])

export function startTestReminders(needs: TestReminderNeeds): TestReminders {
  const { clock, log } = needs
  /** The day on which a site was done. */
  const doneOn = new Map<string, string>()
  let underWay: Promise<unknown> = Promise.resolve()
  const look = () => lookAtAll(needs, doneOn)
  const stop = clock.every(lookEvery, () => {
    underWay = underWay
      .then(look)
      .catch((error: unknown) => log('warn', `Nobody was reminded to try the button; it is tried again: ${sentenceOf(error)}`))
  })
  return {
    look,
    async stop() {
      stop()
      await underWay
    },
  }
}

async function lookAtAll(needs: TestReminderNeeds, doneOn: Map<string, string>): Promise<number> {
  const { directory, store, owe, hour, clock, log } = needs
  const now = clock.now()
  if (hour === null) return 0
  const due = new Map<string, string>()
  for (const { id, timeZone } of await directory.sites()) {
    const day = dayIn(timeZone, now)
    if (hourIn(timeZone, now) === hour && doneOn.get(id) !== day) due.set(id, day)
  }
  if (due.size === 0) return 0
  const owed = await owedIn(needs, new Set(due.keys()), now)
  const told = owed.slice(0, atOnceMost)
  // Written down first: a crash between the two costs one reminder, never makes two.
  await store.saveReminded(
    told.map(({ residentId }) => residentId),
    now,
  )
  for (const each of told) owe(replyOf(each, now))
  if (owed.length === told.length) for (const [site, day] of due) doneOn.set(site, day)
  if (told.length > 0) log('info', 'Reminded to try the button', { residents: told.length })
  return told.length
}

type Owed = Reminder & { terminal: string }

/** Who is at home, has a terminal that can say it, and a button that was not tried for a week. */
async function owedIn({ directory, store, provenAt }: TestReminderNeeds, sites: ReadonlySet<string>, now: Instant): Promise<Owed[]> {
  const homes = homesOf((await directory.watchedDevices()).filter(({ siteId }) => sites.has(siteId)))
  const wishes = new Map(store.reminders().map((reminder) => [reminder.residentId, reminder]))
  const owed: Owed[] = []
  for (const { id, siteId, mode } of await directory.watchedResidents()) {
    const home = sites.has(siteId) && mode === 'home' ? homes.get(id) : undefined
    if (!home || home.terminal === '') continue
    const wish = wishes.get(id) ?? { ...usualWish(id), remindedAt: null }
    // Half a day's grace, so that the hour of choice itself stays the hour.
    const isFresh = wish.remindedAt !== null && now - wish.remindedAt < testedFor - minutes(720)
    const isTested = home.buttons.every((button) => now - (provenAt(button) ?? 0) < testedFor)
    if (!wish.isOff && !isFresh && !isTested) owed.push({ ...wish, terminal: home.terminal })
  }
  return owed
}

type Home = { terminal: string; buttons: string[] }

function homesOf(devices: readonly WatchedDevice[]): ReadonlyMap<string, Home> {
  const homes = new Map<string, Home>()
  for (const { id, residentId, role } of devices) {
    if (residentId === null || !buttons.has(role)) continue
    const home = homes.get(residentId) ?? { terminal: '', buttons: [] }
    homes.set(residentId, home)
    home.buttons.push(id)
    if (role === 'terminal') home.terminal = id
  }
  return homes
}

function replyOf({ residentId, terminal, language, words }: Owed, at: Instant): Reply {
  const said = words !== '' ? words : (reminderWords[language] ?? reminderWords.zh ?? '')
  const own = { language: words !== '' || language in reminderWords ? language : 'zh', words: said }
  // About one thing: a newer reminder takes the place of one that nobody heard.
  return { id: `remind:${residentId}:${at}`, deviceId: terminal, kind: 'test-reminder', alarmId: `remind:${residentId}`, at, ...own }
}
