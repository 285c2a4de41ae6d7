/** The first line of the family's page: shows what is known from before at once, then asks. */
import { render } from 'preact'
import { App } from './app.tsx'
import { refresh, startLive } from './live.ts'
import { fetchMore } from './more.tsx'
import { lookAtPush, startWorker } from './push.ts'
import { door } from './state.ts'

const root = document.getElementById('app')
if (root) render(<App />, root)

async function begin(): Promise<void> {
  await refresh()
  // Installed only for those who joined: the link alone leaves nothing on a telephone.
  if (door.value !== 'joined') return
  startLive()
  void fetchMore()
  await startWorker()
  await lookAtPush()
}
void begin()
