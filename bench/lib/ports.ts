/** Ports for programs that must be told theirs: free ones below those that the system hands out by itself, so that nobody is given one while its owner starts, or is started again. */
import { createServer } from 'node:net'

const [lowest, lanes, perLane] = [18_000, 8, 1_700]
/** Test processes beside each other draw from lanes of their own. */
const lane = Number(process.env.VITEST_POOL_ID ?? process.pid) % lanes
const given = new Set<number>()

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** Throws when the whole lane is taken. */
export async function freePort(): Promise<number> {
  const from = Math.floor(Math.random() * perLane)
  for (let turn = 0; turn < perLane; turn += 1) {
    const port = lowest + lane * perLane + ((from + turn) % perLane)
    if (given.has(port) || !(await listens(port))) continue
    given.add(port)
    return port
  }
  throw new Error('No port is free.')
}
