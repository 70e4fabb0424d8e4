// The packages of the peers: nobody but the bench has them.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, 'peers')

/** What is installed is what the lock file says. */
export function installPeers(): void {
  if (isInstalled()) return
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`npm ci failed in ${FOLDER}`)
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>
}

/** npm writes beside the packages what it has installed. */
function isInstalled(): boolean {
  const written = join(FOLDER, 'node_modules/.package-lock.json')
  if (!existsSync(written)) return false
  const [wanted, there] = [join(FOLDER, 'package-lock.json'), written].map(
    (path) => (JSON.parse(readFileSync(path, 'utf8')) as Lock).packages,
  )
  return Object.entries(wanted ?? {}).every(
    ([path, { version }]) => path === '' || there?.[path]?.version === version,
  )
}
