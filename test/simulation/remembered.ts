/** Lives that once broke a rule, as short as they got: what the simulation found stays found, also when seeds come to mean other lives. */
import type { Act } from './acts.ts'

export const remembered: Readonly<Record<string, readonly Act[]>> = {
  'two calls of one moment are taken back in the order in which a replay takes them back': [
    { kind: 'press', home: 5 },
    { kind: 'fall', home: 5 },
    { kind: 'cancel', home: 5 },
  ],
  'a call owed at a crash is made although the clock was turned back before the restart': [
    { kind: 'crash', when: 'crashed-after', seconds: 13 },
    { kind: 'press', home: 5 },
    { kind: 'clock-jumps', seconds: -7_200 },
  ],
  'a clock turned back before the first look does not hide a silence': [{ kind: 'clock-jumps', seconds: -7_200 }, { kind: 'still' }],
  'an area that was announced before a crash is not taken apart by the restart': [
    { kind: 'press', home: 2 },
    { kind: 'wait', seconds: 101 },
    { kind: 'power-cut' },
    { kind: 'wait', seconds: 169 },
    { kind: 'crash', when: 'crashed-before', seconds: 2 },
    { kind: 'cancel', home: 2 },
  ],
}
