/** The screens that are not needed to answer an alarm: fetched after the first one is shown. */
export { AwayPage } from './away.tsx'
export { SettingPage, SettingsPage } from './settings.tsx'
