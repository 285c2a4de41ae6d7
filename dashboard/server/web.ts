/** The built screens as files: names with a hash may be kept for ever, pages are asked for anew, and a missing build says so in a sentence. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './needs.ts'
import { isApi, notFound } from './refused.ts'

const hashed = /[/\\]assets[/\\]/
const missing =
  'The screens are not built yet. Run “npm run demo” or “npm start” once, or “npx vite build dashboard/web”, and load this page again.'

export async function addWeb(app: App, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    suppressWarning: true,
    cacheControl: false,
    dotfiles: 'ignore',
    // The build lays packed copies beside its files; where there are none, the file itself is sent.
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get('/family', { schema: { hide: true } as object }, (request, reply) => answerUnknown({ request, reply, webRoot }))
  app.setNotFoundHandler((request, reply) => answerUnknown({ request, reply, webRoot }))
}

/** The screens find their own way (`/wall`, `/alarms/…`): any page address gets its page; a file that is not there is not there. */
function answerUnknown({ request, reply, webRoot }: { request: FastifyRequest; reply: FastifyReply; webRoot: string }): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? ''
  const isPage = request.method === 'GET' && !isApi(request) && !/\.[a-z0-9]+$/i.test(path) && !path.startsWith('/socket.io/')
  if (!isPage) throw notFound()
  const page = /^\/family(\/|$)/.test(path) ? 'family/index.html' : 'index.html'
  if (!existsSync(join(webRoot, page))) return reply.code(503).type('text/plain; charset=utf-8').send(`${missing}\n`)
  return reply.sendFile(page)
}
