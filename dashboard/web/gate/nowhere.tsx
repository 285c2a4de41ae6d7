/** For whoever was given no place yet: a wall of nothing would look as if all were well. Asks again by itself until somebody gave one. */
import { useEffect } from 'preact/hooks'
import { every } from '../shared/clock.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { askGate, me, signOut } from '../shared/session.ts'
import { OtherLanguage } from '../shared/ui.tsx'
import { Cells } from './cells.tsx'

const zh = {
  title: '还没有给您分配社区',
  lead: '您现在看不到任何住户和告警，也不会响铃。请管理员在“管理 → 员工账号”里给您分配社区或区域；分配后本页会自动打开。',
  account: '我的账号',
  signOut: '退出',
}
const en: typeof zh = {
  title: 'You have not been given a site yet',
  lead: 'You see no home and no alarm, and nothing will ring here. Ask an admin to give you a site or an area under Admin → Staff; this page then opens by itself.',
  account: 'My account',
  signOut: 'Sign out',
}

export function NowherePage() {
  const t = language.value === 'zh' ? zh : en
  useEffect(() => every(10_000, () => void askGate()), [])
  useEffect(() => {
    document.title = `${words.value.product} · ${t.title}`
  })
  return (
    <div class="gate">
      <Cells />
      <main>
        <div class="brand">
          <b>{words.value.product}</b>
          <span>{me.value?.displayName}</span>
          <OtherLanguage />
        </div>
        <form>
          <h1>{t.title}</h1>
          <p class="lead">{t.lead}</p>
          <p>
            <a href="#/account">{t.account}</a>
          </p>
          <button type="button" class="button" onClick={() => void signOut()}>
            {t.signOut}
          </button>
        </form>
      </main>
    </div>
  )
}
