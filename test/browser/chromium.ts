/** A browser for the tests: Debian's Chromium where it is installed, else the one that comes from npm, made to start on a bare machine. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** No sandbox, since tests run as root in containers; nothing that would look for hosts outside. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** '' when a whole browser is installed, else why tests of notifications are skipped: the one from npm shows none. On CI that is a failure. */
export function withoutWholeBrowser(): string {
  if (installed.some((path) => existsSync(path))) return ''
  if (process.env.CI) throw new Error('Chromium is missing on CI: install chromium.')
  return 'Chromium is not installed (Debian: chromium), and the browser from npm shows no notifications'
}

/** Starts a headless browser. Rejects when neither browser can start. */
export async function openBrowser(): Promise<Browser> {
  const found = installed.find((path) => existsSync(path))
  if (found) return chromium.launch({ executablePath: found, args })
  return chromium.launch({ executablePath: await unpack(), args: [...args, '--headless=shell'] })
}

/** The npm browser with the libraries that a bare machine lacks (its own start brings them only in one cloud). */
async function unpack(): Promise<string> {
  const { default: packed, inflate, setupLambdaEnvironment } = await import('@sparticuz/chromium')
  const bin = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', 'bin')
  await inflate(join(bin, 'al2023.tar.br'))
  setupLambdaEnvironment(join(tmpdir(), 'al2023', 'lib'))
  return packed.executablePath()
}
