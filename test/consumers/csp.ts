// Consumers under a Content-Security-Policy: the library works in what is left, and says why not in its first choice.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Served } from './exec.ts'
import { copyApp } from './lab.ts'
import { LIBRARY, serveRemote, writePage } from './makers.ts'
import type { Consumer } from './makers.ts'
import { REPORT_PATH, serveFolder } from './static.ts'

/** What a script shows to run under `NONCES`. */
export const NONCE = 'c29uc3VtZXI'
export const NONCES = `script-src 'nonce-${NONCE}'`
/** Of the library the page's part alone. */
const PAGE_FILES = ['/main.js', '/app.js', `${LIBRARY}/index.js`].map(
  (path) => `http://127.0.0.1:*${path}`,
)
export const TRUSTED_TYPES = "require-trusted-types-for 'script'"

export const CSP_CONSUMERS: readonly Consumer[] = [
  under('csp-self', (collector) => `default-src 'self'; img-src data:; connect-src ${collector}`),
  under('csp-no-worker', () => "worker-src 'none'"),
  under('csp-own-worker-cdn', () => "worker-src 'self'", true),
  under('csp-nonce', () => `${NONCES}; ${TRUSTED_TYPES}`),
  // Not even the engine's own file may be loaded.
  under('csp-nothing', () => `worker-src 'none'; script-src ${PAGE_FILES.join(' ')}`),
  under('csp-named-policy', () => `${TRUSTED_TYPES}; trusted-types webrtc-stats-exporter`),
  under('csp-other-policies', () => `${TRUSTED_TYPES}; trusted-types the-app`),
  // What https://web.dev/articles/strict-csp recommends: a script that may run may start a worker.
  under('csp-strict', () => `${NONCES} 'strict-dynamic'; object-src 'none'; ${TRUSTED_TYPES}`),
]

/** Plain files, no inline script, the library from this or from another origin. */
function under(name: string, policy: (collector: string) => string, isRemote = false): Consumer {
  return {
    name,
    browsers: ['chromium', 'firefox'],
    packages: {},
    async serve(folder, lab) {
      await copyApp(folder)
      await writePage(folder, `<script type="module" nonce="${NONCE}" src="/main.js"></script>`)
      const library = isRemote ? await serveRemote(folder, lab) : LIBRARY
      const main = `import { run } from './app.js'
import { WebRTCExporter } from '${library}/index.js'

void run(WebRTCExporter)
`
      await writeFile(join(folder, 'main.js'), main)
      return serveUnder(policy(lab.collector.url), folder)
    },
  }
}

/** Serves the folder under this policy, and hears of what violates it. */
export function serveUnder(policy: string, folder: string): Promise<Served> {
  const rules = `${policy}; report-uri ${REPORT_PATH}`
  return serveFolder(folder, { 'Content-Security-Policy': rules })
}
