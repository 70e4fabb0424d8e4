// Cells for users of TypeScript: each release of the compiler, each way to resolve a module, no skipLibCheck.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './exec.ts'
import { APPS, once } from './lab.ts'
import type { Cell, Lab } from './lab.ts'
import { TYPESCRIPTS } from './versions.ts'

const COMPILE_LIMIT_MS = 60_000

const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const

/** What the files of this repo are called by a user of the package. */
const NAMES = [
  ["'../../../../src/index.ts'", "'webrtc-stats-exporter'"],
  ["'../../../../src/schema.ts'", "'webrtc-stats-exporter/schema'"],
  ["'../../../../transports/index.ts'", "'webrtc-stats-exporter/transports'"],
] as const

const WORKER = `import { startWorker } from 'webrtc-stats-exporter/worker'
startWorker(self)
startWorker({
  transports: {
    made: ({ url, headers }) => ({
      name: 'made',
      send: async () => ((await headers())[url] ? { status: 'ok' } : { status: 'split' }),
      close() {},
    }),
  },
})
// @ts-expect-error -- it is called transports
startWorker({ transport: {} })
// @ts-expect-error -- it takes a scope
startWorker(5)
`

/** The page and the worker see different libraries of types, so they are two programs. */
const PROGRAMS = {
  page: { files: ['usage.ts'], lib: ['es2022', 'dom', 'dom.iterable'] },
  worker: { files: ['worker.ts'], lib: ['es2022', 'webworker'] },
} as const

export function typeCells(lab: Lab): Cell[] {
  const folder = once(() => prepare(lab))
  return TYPESCRIPTS.flatMap((version) =>
    Object.keys(RESOLUTIONS).flatMap((resolution) =>
      Object.keys(PROGRAMS).map((program) => ({
        name: `types ${version} ${resolution} ${program}`,
        async run() {
          const compiler = `node_modules/${alias(version)}/bin/tsc`
          const project = `${resolution}.${program}.json`
          await run(await folder(), ['node', compiler, '--project', project], COMPILE_LIMIT_MS)
          return 'no complaint'
        },
      })),
    ),
  )
}

async function prepare(lab: Lab): Promise<string> {
  const compilers = TYPESCRIPTS.map((version) => [alias(version), `npm:typescript@${version}`])
  const folder = await lab.install('types', Object.fromEntries(compilers))
  let usage = await readFile(join(APPS, 'types', 'usage.ts'), 'utf8')
  for (const [ours, theirs] of NAMES) usage = usage.replaceAll(ours, theirs)
  await writeFile(join(folder, 'usage.ts'), usage)
  await writeFile(join(folder, 'worker.ts'), WORKER)
  for (const [resolution, modules] of Object.entries(RESOLUTIONS)) {
    for (const [program, { files, lib }] of Object.entries(PROGRAMS)) {
      const strict = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022' }
      const compilerOptions = { ...modules, ...strict, lib, types: [] }
      const project = join(folder, `${resolution}.${program}.json`)
      await writeFile(project, JSON.stringify({ compilerOptions, files }))
    }
  }
  return folder
}

function alias(version: string): string {
  return `typescript-${version}`
}
