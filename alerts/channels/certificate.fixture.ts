/** A self-signed certificate for 127.0.0.1 with the dates a test wants, made by openssl; null when openssl is not there. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Certificate = { key: string; cert: string }

const config = (folder: string) => `
[ca]
default_ca = own
[own]
database = ${folder}/index.txt
serial = ${folder}/serial
new_certs_dir = ${folder}
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = IP:127.0.0.1,DNS:localhost
basicConstraints = critical,CA:true
`

/** `from` and `until` as openssl writes them: 20200101000000Z. */
export function certificateFor(from: string, until: string): Certificate | null {
  const folder = mkdtempSync(join(tmpdir(), 'anling-certificate-'))
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  try {
    writeFileSync(join(folder, 'ca.cnf'), config(folder))
    writeFileSync(join(folder, 'index.txt'), '')
    writeFileSync(join(folder, 'serial'), '01')
    openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=localhost')
    const dates = ['-startdate', from, '-enddate', until]
    openssl(
      ...['ca', '-batch', '-selfsign', '-config', 'ca.cnf', '-keyfile', 'key.pem', '-in', 'request.pem', '-out', 'cert.pem', '-notext'],
      ...dates,
    )
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    return { key: read('key.pem'), cert: read('cert.pem') }
  } catch {
    return null
  } finally {
    rmSync(folder, { recursive: true })
  }
}
