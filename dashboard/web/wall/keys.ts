/** Which key means what. Single letters only outside fields; acknowledging needs no mouse and no confirmation. */

export type Command =
  | { do: 'step'; by: 1 | -1 }
  | { do: 'choose'; index: number }
  | { do: 'acknowledge' }
  | { do: 'send' }
  | { do: 'map' }
  | { do: 'note'; note: 'call-120' | 'family' | 'fine' | 'no-answer' | 'hurt' | 'arrived' }
  | { do: 'write' }
  | { do: 'resolve' }
  | { do: 'take-over' }
  | { do: 'hand-over' }
  | { do: 'shelve' }
  | { do: 'silence' }
  | { do: 'search' }
  | { do: 'help' }
  | { do: 'history' }

export type Press = { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean; repeat: boolean }

const plain: Readonly<Record<string, Command>> = {
  ArrowUp: { do: 'step', by: -1 },
  ArrowDown: { do: 'step', by: 1 },
  ' ': { do: 'acknowledge' },
  F2: { do: 'note', note: 'call-120' },
  F3: { do: 'send' },
  F4: { do: 'note', note: 'family' },
  q: { do: 'note', note: 'fine' },
  w: { do: 'note', note: 'no-answer' },
  e: { do: 'note', note: 'hurt' },
  a: { do: 'note', note: 'arrived' },
  n: { do: 'write' },
  r: { do: 'resolve' },
  t: { do: 'take-over' },
  g: { do: 'hand-over' },
  z: { do: 'shelve' },
  h: { do: 'history' },
  m: { do: 'map' },
  s: { do: 'silence' },
  '/': { do: 'search' },
  '?': { do: 'help' },
}

const isLetter = (key: string): boolean => /^[a-z]$/.test(key)

/**
 * What a press outside fields and dialogs asks for. A held key repeats only the arrows: nobody acknowledges twice by leaning on the bar.
 * `letters` false: single letters mean nothing here (WCAG 2.1.4).
 */
export function commandOf(press: Press, letters = true): Command | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  if (/^[1-9]$/.test(key)) return press.repeat ? null : { do: 'choose', index: Number(key) - 1 }
  if (!letters && isLetter(key)) return null
  const command = plain[key] ?? null
  return press.repeat && command?.do !== 'step' ? null : command
}
