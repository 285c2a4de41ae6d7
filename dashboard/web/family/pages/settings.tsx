/** What can be set: one line each, one thing behind each line. */
import type { ElderToday } from '../../../contracts-family.ts'
import { Bell } from '../icons.tsx'
import { whoOf } from '../state.ts'
import { more } from '../words/more.ts'
import { HomeAssistantSetting } from './settings-home.tsx'
import { InstallSetting, LanguageSetting, LeaveSetting } from './settings-phone.tsx'
import { PushSetting } from './settings-push.tsx'
import { ContactSetting, DailySetting, QuietSetting, WaysSetting } from './settings-reach.tsx'

const pages = {
  push: PushSetting,
  ways: WaysSetting,
  quiet: QuietSetting,
  daily: DailySetting,
  contact: ContactSetting,
  language: LanguageSetting,
  install: InstallSetting,
  homeAssistant: HomeAssistantSetting,
  leave: LeaveSetting,
} as const
type Place = keyof typeof pages
const places = Object.keys(pages) as Place[]

export function SettingPage({ place, elder }: { place: string; elder: ElderToday }) {
  const Page = places.some((each) => each === place) ? pages[place as Place] : pages.push
  return <Page elder={elder} />
}

export function SettingsPage({ elder }: { elder: ElderToday }) {
  const { settings: said } = more.value
  return (
    <>
      <h2 class="screen" tabIndex={-1}>
        {said.title}
      </h2>
      <p class="state">
        <Bell />
        <span>{said.about(whoOf(elder))}</span>
      </p>
      <section class="card">
        <ul class="menu">
          {places.map((place) => (
            <li key={place}>
              <a href={`#/settings/${place}`}>
                <span>{said[place]}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
