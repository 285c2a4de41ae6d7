/** The window of the test at the start of a shift: what was tried, and how it went. */
import { shortTime } from '../shared/format.ts'
import { words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { whereSite } from './say.ts'
import { lastTest, passed, runSelfTest, testing } from './self-test.ts'

const parts = ['sound', 'screen', 'siren', 'press'] as const

export function SelfTestDialog({ onClose }: { onClose: () => void }) {
  const t = words.value.response
  const last = lastTest.value
  return (
    <Modal title={t.selfTestTitle} onClose={onClose}>
      <p class="lead">{t.selfTestLead}</p>
      {last && <p>{(passed(last) ? t.selfTestAt : t.selfTestFailedAt)(shortTime(last.at, whereSite()))}</p>}
      {last && (
        <dl class="keys-list tests">
          {parts.map((part) => (
            <div key={part}>
              <dt>{t.selfTestParts[part]}</dt>
              <dd>
                {t.selfTestStates[last[part]]}
                {part === 'press' && last.pressMs !== null && ` · ${last.pressMs} ms`}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p class="dim">{t.selfTestHeard}</p>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
        <button type="button" class="button primary" disabled={testing.value} onClick={() => void runSelfTest()}>
          {testing.value ? t.selfTestRunning : t.selfTest}
        </button>
      </div>
    </Modal>
  )
}
