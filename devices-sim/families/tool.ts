/** `--family` on the command line: plays one family's devices once through, and says how they are registered. */
import type { Clock, Span } from '../../domain/time.ts'
import { type Deed, deeds, type SimFamily } from './family.ts'
import { simFamilies } from './index.ts'
import { openPlayer } from './play.ts'

export type FamilyOptions = {
  name: string
  gateway: string | undefined
  token: string | undefined
  /** Of its maker, in place of our token, for families that sign in by a formula. */
  secret: string | undefined
  url: string
  /** Deeds in order, with commas between. */
  deeds: string | undefined
  pause: Span
  clock: Clock
  print(line: string): void
}

/** Resolves when all was thanked. Throws an Error that says what is missing or was refused. */
export async function playFamily({ name, gateway, token, secret, url, deeds: asked, pause, clock, print }: FamilyOptions): Promise<void> {
  const family = simFamilies.find((each) => each.name === name)
  if (!family) throw new Error(`There is no family "${name}". There are: ${simFamilies.map((each) => each.name).join(', ')}.`)
  print(registering(family))
  if (!gateway || (!token && !(secret && family.login))) return print('Give --gateway (its id) and --token to play it.')
  const player = await openPlayer({
    family,
    url,
    deviceId: gateway,
    token: token ?? '',
    secret,
    clock,
    onAnswer: (topic) => print(`answered on ${topic}`),
  })
  for (const [index, deed] of deedsOf(asked).entries()) {
    if (index > 0) await new Promise<void>((resolve) => void clock.later(pause, resolve))
    const thanked = await player.play(deed)
    print(thanked === 0 ? `${deed}: this family plays none` : `${deed}: ${thanked} messages, all thanked`)
  }
  await player.stop()
}

function registering({ family, base, keys, post, login }: SimFamily): string {
  const behind = Object.entries(keys).map(([deed, key]) => `${deed} ${key === '' ? 'by itself' : key}`)
  const own = login ? ` It may sign in by its maker's formula: product ${login.product}, device ${login.device}, with --secret.` : ''
  const way = post ? `over HTTP (--broker http://…), to /in/${post}` : `with the base ${base}`
  return `Register it as family ${family}, ${way}; devices: ${behind.join(', ')}.${own}`
}

function deedsOf(asked: string | undefined): Deed[] {
  if (asked === undefined) return [...deeds]
  return asked.split(',').map((word) => {
    const deed = deeds.find((each) => each === word.trim())
    if (!deed) throw new Error(`--do knows ${deeds.join(', ')}, not "${word}".`)
    return deed
  })
}
