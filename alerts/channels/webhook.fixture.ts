/** The other end of a webhook: a real server that remembers what it got and answers as the test wishes. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from './certificate.fixture.ts'

export type Received = { method: string; path: string; headers: IncomingMessage['headers']; body: string }
export type Answer = (request: Received, response: ServerResponse) => void

export type Receiver = {
  url: string
  port: number
  received: Received[]
  bodies: Buffer[]
  answerWith(answer: Answer): void
  close(): Promise<void>
}

export const status = (code: number, headers: Record<string, string> = {}): Answer => {
  return (_request, response) => void response.writeHead(code, headers).end()
}

/** With a certificate it speaks HTTPS. */
export async function openReceiver(certificate?: Certificate): Promise<Receiver> {
  const received: Received[] = []
  const bodies: Buffer[] = []
  let answer: Answer = status(204)
  const listener: RequestListener = async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const got = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() }
    received.push(got)
    bodies.push(Buffer.concat(parts))
    answer(got, response)
  }
  const server = certificate ? createSecureServer(certificate, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}/hooks/very-secret-path`,
    received,
    bodies,
    answerWith(next) {
      answer = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
