// Cells for the packed file itself: its checks, its size, its bytes, and what importing it in Node does.
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from './exec.ts'
import { once, pack } from './lab.ts'
import type { Cell, Lab } from './lab.ts'

const TOOL_LIMIT_MS = 60_000
/** Unpacked, without source maps. */
const MAX_BYTES = 400_000
/** All that a page's user has a use for. */
const NEEDED =
  /^(dist\/([\w.-]+\.js(\.map)?|types\/[\w/.-]+\.d\.ts|THIRD-PARTY-LICENSES\.txt)|package\.json|README\.md|LICENSE)$/
const SUB_PATHS = ['', '/worker', '/transports', '/schema', '/stats.worker.js']

export function packageCells(lab: Lab): Cell[] {
  const folder = once(() => lab.install('package', {}))
  const tool = async (...command: readonly string[]): Promise<string> => {
    await run(await lab.tools(), command, TOOL_LIMIT_MS)
    return 'green'
  }
  return [
    {
      name: 'package publint',
      run: async () => tool('publint', 'run', await lab.tarball(), '--strict'),
    },
    {
      name: 'package attw',
      run: async () => tool('attw', await lab.tarball(), '--profile', 'esm-only', '--no-color'),
    },
    { name: 'package size', run: async () => measureSize(await folder()) },
    {
      name: 'package same bytes',
      async run() {
        const first = await lab.tarball()
        const second = await pack(join(dirname(first), 'again'))
        const [left, right] = await Promise.all([readFile(first), readFile(second)])
        if (!left.equals(right)) throw new Error('two runs of npm pack gave different bytes')
        return `${left.byteLength} bytes, twice the same`
      },
    },
    ...SUB_PATHS.map((path) => ({
      name: `package node-import .${path}`,
      async run() {
        const script = `console.log(Object.keys(await import('webrtc-stats-exporter${path}')).join())`
        const command = ['node', '--input-type=module', '--eval', script]
        return `exports ${(await run(await folder(), command, TOOL_LIMIT_MS)).trim()}`
      },
    })),
  ]
}

async function measureSize(folder: string): Promise<string> {
  const installed = join(folder, 'node_modules')
  const packages = (await readdir(installed)).filter((name) => !name.startsWith('.'))
  const root = join(installed, 'webrtc-stats-exporter')
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
  let bytes = 0
  for (const file of files) {
    if (!file.endsWith('.map')) bytes += (await stat(join(root, file))).size
  }
  const measured = `${bytes} bytes without source maps, ${files.length} files`
  const useless = files.filter((file) => !NEEDED.test(file))
  const faults = [
    ...packages.filter((name) => name !== 'webrtc-stats-exporter').map((name) => `brings ${name}`),
    ...(bytes > MAX_BYTES ? [`expected at most ${MAX_BYTES} bytes`] : []),
    ...(useless.length > 0 ? [`${useless.length} files of no use, as ${useless[0]}`] : []),
  ]
  if (faults.length > 0) throw new Error(`${faults.join('; ')} (${measured})`)
  return measured
}
