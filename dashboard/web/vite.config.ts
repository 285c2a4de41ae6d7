/** Builds the screens into `dist`: the centre's page and the family's, everything from its own origin, nothing inlined (the CSP forbids it). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Packed once here, so that a telephone on a slow network waits for a third of the bytes and the server packs nothing while an alarm is on. */
const packed: Plugin = {
  name: 'packed',
  writeBundle({ dir = here }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(?:js|css|html)$/.test(each))) {
      const file = bundle[name]
      const bytes = Buffer.from(file?.type === 'asset' ? file.source : (file?.code ?? ''))
      writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes))
    }
  },
}

export default defineConfig({
  root: here,
  plugins: [packed],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The family's telephones are old ones: what a browser of 2020 reads, the wall's newer one reads too.
    target: ['chrome80', 'edge80', 'firefox78', 'safari13.1'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // 101 slices of one font are not worth a line each in the log.
    reportCompressedSize: false,
    sourcemap: false,
    rolldownOptions: {
      // How long packing takes is no warning to whoever starts the demo.
      checks: { pluginTimings: false },
      input: { index: `${here}index.html`, family: `${here}family/index.html`, 'family-sw': `${here}family/worker/sw.ts` },
      // A service worker keeps its name, since that is how a telephone finds its next version; and at the root it may look after /family.
      output: { entryFileNames: ({ name }) => (name === 'family-sw' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/socket.io': { target: 'http://127.0.0.1:8080', ws: true } } },
})
