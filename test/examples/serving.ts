// Installs an example with the packed library, builds it, and serves it with the server it needs.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, serveWith } from '../consumers/exec.ts'
import type { Served } from '../consumers/exec.ts'
import { serveFolder } from '../consumers/static.ts'
import type { Example } from './examples.ts'

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

const INSTALL_LIMIT_MS = 240_000
const BUILD_LIMIT_MS = 120_000
const DEV = ['vite', '--host', '127.0.0.1', '--port', '$PORT', '--strictPort']

/** `root` holds a copy of `demo/examples`. */
export async function serve(
  root: string,
  tarball: string,
  { folder, from }: Example,
): Promise<Served> {
  const path = join(root, folder)
  const scripts = await install(path, tarball)
  const servers: Served[] = []
  const close = async (): Promise<void> => {
    for (const server of servers.reverse()) await server.close()
  }
  try {
    let query = ''
    if (scripts['server'] !== undefined) {
      const server = await serveWith(path, scripts['server'].split(' '))
      servers.push(server)
      query = `&server=${encodeURIComponent(server.url)}`
    }
    if (from === 'dist') await run(path, ['npm', 'run', 'build'], BUILD_LIMIT_MS)
    const page = await (from === 'dist' ? serveFolder(join(path, 'dist')) : serveWith(path, DEV))
    servers.push(page)
    return { url: `${page.url}/?${query}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Resolves to the example's scripts. */
async function install(path: string, tarball: string): Promise<Manifest['scripts']> {
  const file = join(path, 'package.json')
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest
  const dependencies = { ...manifest.dependencies, 'webrtc-stats-exporter': `file:${tarball}` }
  await writeFile(file, JSON.stringify({ ...manifest, dependencies }, null, 2))
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await run(path, ['npm', 'install', ...flags], INSTALL_LIMIT_MS)
  return manifest.scripts
}
