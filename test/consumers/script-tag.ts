// Consumers with a script tag: its one file holds the engine for a worker, and the file beside it the one for the page.
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NONCE, NONCES, TRUSTED_TYPES, serveUnder } from './csp.ts'
import { copyApp } from './lab.ts'
import { LIBRARY, writePage } from './makers.ts'
import type { Consumer } from './makers.ts'
import { serveFolder } from './static.ts'

const FILE = 'webrtc-stats-exporter.iife.js'
const NO_WORKER = "worker-src 'none'"
const NO_INFLATE = '<script>delete globalThis.DecompressionStream</script>'
/** Takes the place of `document.currentScript`, and says that it is from where the worker file lies. */
const CLOBBERING = `<img name="currentScript" src="${LIBRARY}/${FILE}" />`

/** As the package has it, with nothing beside it, its text in the page, or by the address that a CDN has for the package. */
type Way = 'packed' | 'alone' | 'inline' | 'package'

export const SCRIPT_CONSUMERS: readonly Consumer[] = [
  { ...script('script-tag', 'packed'), browsers: ['chromium', 'older', 'firefox'] },
  script('script-alone', 'alone'),
  script('script-inline', 'inline'),
  script('script-no-inflate', 'packed', { before: NO_INFLATE }),
  script('script-no-inflate-alone', 'alone', { before: NO_INFLATE }),
  script('csp-script-no-worker', 'packed', { policy: NO_WORKER }),
  script('csp-script-nonce', 'packed', { policy: `${NONCES}; ${TRUSTED_TYPES}` }),
  script('csp-script-alone', 'alone', { policy: NO_WORKER }),
  script('csp-script-inline', 'inline', { policy: NO_WORKER }),
  script('csp-script-package', 'package', { policy: NO_WORKER }),
  script('csp-script-clobbered', 'packed', { policy: NO_WORKER, before: CLOBBERING }),
]

function script(
  name: string,
  way: Way,
  { policy, before = '' }: { policy?: string; before?: string } = {},
): Consumer {
  return {
    name,
    browsers: ['chromium', 'firefox'],
    packages: {},
    async serve(folder) {
      await copyApp(folder)
      await writePage(folder, `${before}${await element(folder, way)}${RUN}`)
      return policy === undefined ? serveFolder(folder) : serveUnder(policy, folder)
    },
  }
}

async function element(folder: string, way: Way): Promise<string> {
  if (way === 'packed') return `<script nonce="${NONCE}" src="${LIBRARY}/${FILE}"></script>`
  const file = join(folder, LIBRARY, FILE)
  if (way === 'inline') return `<script>${await readFile(file, 'utf8')}</script>`
  const name = way === 'alone' ? FILE : 'webrtc-stats-exporter'
  await cp(file, join(folder, name))
  if (way === 'package') {
    await cp(join(folder, LIBRARY, 'stats.worker.js'), join(folder, 'stats.worker.js'))
  }
  return `<script src="/${name}"></script>`
}

const RUN = `
<script type="module" nonce="${NONCE}">
  import { run } from '/app.js'
  void run(WebRTCStatsExporter.WebRTCExporter)
</script>`
