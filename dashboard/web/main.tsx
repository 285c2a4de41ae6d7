/** The first line of the screens: finds out who is there and shows what they may see. */
import { render } from 'preact'
import { App } from './app.tsx'
import { whenSignedOut } from './shared/api.ts'
import { readyWords } from './shared/i18n/i18n.ts'
import { part } from './shared/part.ts'
import { askGate, leave } from './shared/session.ts'

whenSignedOut(leave)
void askGate()
const root = document.getElementById('app')
if (root) void readyWords().then(() => render(<App />, root))
// Faces for machines without Chinese fonts; only the slices a page needs are fetched, and nothing waits for them.

void part(() => import('./fonts.ts'))
