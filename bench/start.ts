/** `npm run bench:start`: start with a directory of 100,000 homes and 300,000 devices until the first PUBACK, and the memory it takes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine, report } from './lib/figures.ts'
import { startChild } from './lib/loader.ts'
import type { Meters } from './lib/meters.ts'
import { openPressClient } from './lib/press-client.ts'
import { loginOf, pendantId, seedFolder, terminalId } from './lib/seed.ts'

const { values } = parseArgs({ options: { homes: { type: 'string', default: '100000' }, json: { type: 'boolean' } } })
const homes = Number(values.homes)
const folder = mkdtempSync(join(tmpdir(), 'anling-start-'))
console.log('machine', machine())
console.log(`writing a directory of ${homes} homes and ${homes * 3} devices …`)
const seededFrom = performance.now()
await seedFolder(folder, { homes, devicesPerHome: 3, credentials: homes })
console.log(`written in ${Math.round((performance.now() - seededFrom) / 1000)} s`)

const from = performance.now()
const server = startChild<object, Meters>('server.ts', ['--data', folder])
const { mqttPort } = await server.ask({})
const button = openPressClient({ login: loginOf(terminalId(homes - 1)), port: () => mqttPort, retry: 10 })
await button.press(`care/${pendantId(homes - 1)}/sos`, JSON.stringify({ id: 'first' }))
const readyMs = Math.round(performance.now() - from)
await new Promise((resolve) => setTimeout(resolve, 5_000))
const rssMiB = Math.round((await server.ask({})).rssKiB / 1024)
console.log(`start to first PUBACK: ${readyMs} ms (bar 5,000); resident memory: ${rssMiB} MiB (bar 600)`)
button.close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
report({ homes, readyMs, rssMiB })
process.exit(0)
