/** `npm run ca -- init | issue server NAME… | issue device ID | revoke ID-or-SERIAL | list [--folder ca] [--days N]`: a small authority of one's own. docs/tls.md says how it is used. */
import { parseArgs } from 'node:util'
import { systemClock } from '../domain/clock.ts'
import { sentenceOf } from '../domain/log.ts'
import { openAuthority } from './ca.ts'

const usage = 'npm run ca -- init | issue server NAME… | issue device ID | revoke ID-or-SERIAL | list   [--folder ca] [--days N]'
const daysUsual = 397

async function main(): Promise<void> {
  const options = { folder: { type: 'string', default: 'ca' }, days: { type: 'string', default: String(daysUsual) } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [deed, what, ...names] = positionals
  const days = Number(values.days)
  if (!Number.isInteger(days) || days < 1 || days > 3_650) throw new Error('--days is a number from 1 to 3650')
  const authority = openAuthority(values.folder, systemClock)
  if (deed === 'init') {
    await authority.init(what ?? 'Anling own authority')
    console.log(`Made ${values.folder}/ca.crt. Keep ${values.folder}/ca.key where nobody else can read it, off this machine if you can.`)
  } else if (deed === 'issue' && what === 'server') console.log(`Made ${await authority.server(names, days)}.crt and .key`)
  else if (deed === 'issue' && what === 'device')
    for (const id of names) console.log(`Made ${await authority.device(id, days)}.crt and .key`)
  else if (deed === 'revoke' && what) console.log(`${await authority.revoke(what)} taken back; ${values.folder}/revoked.crl is new`)
  else if (deed === 'list') {
    for (const { serial, kind, name, until, revokedAt } of authority.list())
      console.log(
        [serial, kind, name, `until ${new Date(until).toISOString().slice(0, 10)}`, revokedAt === null ? '' : 'REVOKED'].join('  '),
      )
  } else throw new Error(usage)
}

main().catch((error: unknown) => {
  console.error(sentenceOf(error))
  process.exitCode = 1
})
