/** The live wall: the queue, the open case, the homes. Nothing essential is ever below the fold. */
import '../style/duty.css'
import '../style/sweep.css'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { keepFitted } from '../shared/fit.ts'
import { words } from '../shared/i18n/i18n.ts'
import { Guard } from '../shared/ui.tsx'
import { Alert, Footer, Header, LinkLost, SoundDead, StorageBanner } from './bars.tsx'
import { CasePanel } from './case-panel.tsx'
import * as desk from './desk.ts'
import { Dialogs } from './dialogs.tsx'
import { Duty } from './duty.tsx'
import { listenToKeys } from './listen.ts'
import { QueuePanel } from './queue-panel.tsx'
import { Quiet } from './quiet.tsx'
import { Side } from './side.tsx'
import { startWall } from './start.ts'
import { SweepBar } from './sweep.tsx'

export function Wall() {
  useLayoutEffect(keepFitted, [])
  useEffect(() => {
    const stops = [startWall(), listenToKeys()]
    document.documentElement.classList.add('on-wall')
    return () => {
      document.documentElement.classList.remove('on-wall')
      for (const stop of stops) stop()
    }
  }, [])
  return (
    <div class={desk.stale.value ? 'wall stale' : 'wall'}>
      <a class="skip" href="#case">
        {words.value.wall.skip}
      </a>
      <Alert />
      <LinkLost />
      <Header />
      <div class="strips">
        <SoundDead />
        <StorageBanner />
        <SweepBar />
      </div>
      <Main />
      <Footer />
      <Duty />
      <Dialogs />
    </div>
  )
}

const Connecting = () => (
  <main class="connecting" id="case" tabIndex={-1}>
    {words.value.wall.connecting}
  </main>
)

function Main() {
  if (!desk.known.value) return <Connecting />
  if (desk.queue.value.length === 0)
    return (
      <main class="quiet">
        <Guard>
          <Quiet />
        </Guard>
      </main>
    )
  return (
    <main class="busy">
      <Guard>
        <QueuePanel />
      </Guard>
      <Guard>
        <CasePanel />
      </Guard>
      <Guard>
        <Side />
      </Guard>
    </main>
  )
}
