// Runs one of our TypeScript files with nothing prepared beforehand: installs what is missing, builds the screens when they are older than
// their source, and uses the project's own Node (the npm package `node`), because the machine's may be too old. Plain JavaScript for that reason.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const windows = process.platform === 'win32'
const at = (...parts) => join(root, ...parts)

/** Runs a command to its end; ends this process with a sentence when it fails. */
function must(what, command, args) {
  const ended = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows })
  if (ended.status === 0) return
  console.error(`anling: ${what} failed (${ended.error?.message ?? `exit code ${ended.status}`}).`)
  process.exit(1)
}

function installMissing() {
  const stamp = at('node_modules', '.anling-installed')
  const wanted = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  // Somebody ran `npm ci` by hand since the list changed: npm writes what it installed last, after everything else.
  const listed = at('node_modules', '.package-lock.json')
  if (!existsSync(stamp) && existsSync(listed) && statSync(listed).mtimeMs > statSync(at('package-lock.json')).mtimeMs) {
    writeFileSync(stamp, wanted)
    return
  }
  console.error('anling: installing packages (once, about a minute) …')
  must('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

/** The newest change below a folder or file, in milliseconds. */
function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  const names = readdirSync(path).filter((name) => name !== 'dist' && name !== 'node_modules' && !name.endsWith('.test.ts'))
  return Math.max(0, ...names.map((name) => newest(join(path, name))))
}

function buildScreens() {
  const built = at('dashboard', 'web', 'dist', 'index.html')
  // What the server and the screens share lies beside both.
  const shared = readdirSync(at('dashboard')).filter((name) => name.endsWith('.ts'))
  const sources = [at('dashboard', 'web'), ...shared.map((name) => at('dashboard', name)), at('domain'), at('package-lock.json')]
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources.map(newest))) return
  console.error('anling: building the screens …')
  must('building the screens', ownNode(), [
    at('node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    at('dashboard', 'web'),
    '--logLevel',
    'warn',
  ])
}

function ownNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  return at('node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')
}

const [script, ...args] = process.argv.slice(2)
installMissing()
// The watcher has no screens, and its machine may be a small one.
if (script !== 'alerts/watcher.ts') buildScreens()
/** The platform ends itself when its storage fails or it finds its own mistake; what was committed is safe, so it is started again. */
const restarts = script === 'main.ts'
let child = null
let stopping = false

function start() {
  const startedAt = Date.now()
  child = spawn(ownNode(), ['--disable-warning=ExperimentalWarning', at(script), ...args], { cwd: root, stdio: 'inherit' })
  child.on('exit', (code, signal) => {
    // 78: it refused to start, and said why. Starting it again would say the same. Who hangs up on one that does not read its
    // certificate anew wants it to end.
    const isWished = stopping || signal === 'SIGHUP'
    if (!restarts || isWished || code === 0 || code === 78) process.exit(code ?? (signal === 'SIGINT' ? 130 : 1))
    const wait = Date.now() - startedAt < 5_000 ? 5_000 : 200
    console.error(`anling: the platform ended (${signal ?? `code ${code}`}) and is started again in ${wait} ms.`)
    setTimeout(start, wait)
  })
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // Between an end and the next start there is nobody to hand it on to.
    if (child === null || child.exitCode !== null || child.signalCode !== null) process.exit(signal === 'SIGINT' ? 130 : 143)
    stopping = true
    child.kill(signal)
  })
}
// "Read the certificate anew": handed on. It says nothing of stopping, so whoever crashes later is started again.
process.on('SIGHUP', () => child?.kill('SIGHUP'))
start()
