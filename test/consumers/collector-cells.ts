// Cells for the packed collector: its command, its handler in an app, its types.
import { randomUUID } from 'node:crypto'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { batchOf, itemOf } from '../batches.ts'
import { dial } from '../socket-client.ts'
import { run, serveWith } from './exec.ts'
import { APPS, once, pack, REPO } from './lab.ts'
import type { Cell, Lab } from './lab.ts'
import { NODE_TYPES, SERVERS, TYPESCRIPTS } from './versions.ts'

const LIMIT_MS = 60_000
/** All that has a use. */
const NEEDED =
  /^(dist\/([\w-]+\.js(\.map)?|page\/(index\.html|THIRD-PARTY-LICENSES\.txt|assets\/[\w-]+\.(js|css|svg))|types\/(collector\/)?src\/[\w/.-]+\.d\.ts)|bin\.mjs|package\.json|README\.md|LICENSE)$/
const SOURCE = "'../../../../collector/src/index.ts'"
const NAME = 'webrtc-stats-collector'

export function collectorCells(lab: Lab): Cell[] {
  const folder = once(() => prepare(lab))
  return [
    { name: 'collector files', run: async () => countFiles(await folder()) },
    { name: 'collector help', run: async () => readHelp(await folder()) },
    {
      name: 'collector command',
      async run() {
        const flags = ['--host', '127.0.0.1', '--port', '$PORT']
        const served = await serveWith(await folder(), [NAME, ...flags], '/healthz')
        return sendTo(served.url).finally(() => served.close())
      },
    },
    ...['express', 'hono', 'node'].map((host) => ({
      name: `collector ${host}`,
      async run() {
        const served = await serveWith(await folder(), ['node', `${host}.mjs`])
        return sendTo(`${served.url}/stats`).finally(() => served.close())
      },
    })),
    ...TYPESCRIPTS.map((version) => ({
      name: `collector types ${version}`,
      run: async () => checkTypes(await folder(), version),
    })),
  ]
}

async function prepare(lab: Lab): Promise<string> {
  const tarball = await pack(dirname(await lab.tarball()), join(REPO, 'collector'))
  const compilers = TYPESCRIPTS.map((version) => [aliasOf(version), `npm:typescript@${version}`])
  const packages = { ...SERVERS, ...NODE_TYPES, ...Object.fromEntries(compilers) }
  const folder = await lab.install('collector', { [NAME]: `file:${tarball}`, ...packages }, false)
  await cp(join(APPS, 'collector'), folder, { recursive: true })
  const usage = await readFile(join(folder, 'usage.ts'), 'utf8')
  await writeFile(join(folder, 'usage.ts'), usage.replaceAll(SOURCE, `'${NAME}'`))
  return folder
}

async function countFiles(folder: string): Promise<string> {
  const root = join(folder, 'node_modules', NAME)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
  const useless = files.filter((file) => !NEEDED.test(file) && !file.startsWith('node_modules/'))
  if (useless.length > 0) throw new Error(`${useless.length} files of no use, as ${useless[0]}`)
  return `${files.length} files`
}

async function readHelp(folder: string): Promise<string> {
  const help = await run(folder, ['npx', '--no-install', NAME, '--help'], LIMIT_MS)
  if (!help.includes('--port NUMBER')) throw new Error(`this is no help: ${help}`)
  const version = await run(folder, ['npx', '--no-install', NAME, '--version'], LIMIT_MS)
  return `${help.split('\n').length} lines, version ${version.trim().split('\n').at(-1)}`
}

/** A batch by POST and one over a socket. */
async function sendTo(url: string): Promise<string> {
  // The apps are in one folder, and keep in one file.
  const producer = randomUUID()
  const body = JSON.stringify(batchOf([itemOf(0), itemOf(1)], { producer }))
  const answer = await fetch(`${url}/ingest`, { method: 'POST', body })
  const kept = await answer.text()
  if (!kept.includes('"accepted":2')) throw new Error(`answered ${answer.status}: ${kept}`)
  const client = await dial(url)
  await client.greet()
  client.send(batchOf([itemOf(2)], { producer }))
  const { type } = await client.next()
  client.ws.terminate()
  if (type !== 'ack') throw new Error(`the socket answered ${type}`)
  const scripts = await loadPage(url)
  return `a POST and a socket were answered, the page has ${scripts} script`
}

/** The live page, and what it loads. */
async function loadPage(url: string): Promise<number> {
  const page = await fetch(`${url}/`, { headers: { Accept: 'text/html' } })
  const html = await page.text()
  const files = [...html.matchAll(/(?:src|href)="(\.\/assets\/[^"]+)"/g)].map(
    ([, path]) => path ?? '',
  )
  const types = await Promise.all(
    files.map(async (path) => (await fetch(new URL(path, `${url}/`))).headers.get('content-type')),
  )
  const scripts = types.filter((type) => type?.startsWith('text/javascript')).length
  if (scripts === 0) throw new Error(`the page was answered with ${page.status}: ${html}`)
  return scripts
}

async function checkTypes(folder: string, version: string): Promise<string> {
  const strict = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022' }
  const modules = { module: 'nodenext', moduleResolution: 'nodenext', types: ['node'] }
  const compilerOptions = { ...strict, ...modules, lib: ['es2023'] }
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['usage.ts'] }),
  )
  await run(folder, ['node', `node_modules/${aliasOf(version)}/bin/tsc`], LIMIT_MS)
  return 'no complaint'
}

function aliasOf(version: string): string {
  return `typescript-${version}`
}
