// Runs programs in a folder, each in a process group of its own that is ended by its id.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'

/** A server that runs until it is closed. */
export interface Served {
  /** Without a slash at its end. */
  readonly url: string
  /** What was reported to it as violations of its policy, also from workers; it grows. */
  readonly violations?: readonly string[]
  close(): Promise<void>
}

const START_LIMIT_MS = 60_000
const KEPT_CHARS = 2000

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) end(child)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** Runs a program to its end, and resolves to what it wrote. @throws Error with the end of that, where it failed */
export async function run(
  folder: string,
  [program = '', ...args]: readonly string[],
  limitMs: number,
): Promise<string> {
  const { child, output } = start(folder, program, args, {})
  const timer = setTimeout(() => end(child), limitMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  if (code === 0) return output()
  const ending = code === null ? `did not end within ${limitMs} ms` : `ended with ${code}`
  throw new Error(`${program} ${args[0] ?? ''} ${ending}: ${output().slice(-KEPT_CHARS).trim()}`)
}

/** Starts a server of the folder on a free port, which it gets in `PORT` and for `$PORT`, and waits until its page answers. */
export async function serveWith(
  folder: string,
  [program = '', ...args]: readonly string[],
  page = '',
): Promise<Served> {
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const given = args.map((argument) => argument.replace('$PORT', port))
  const { child, output } = start(folder, program, given, { PORT: port, HOST: '127.0.0.1' })
  const close = async (): Promise<void> => {
    if (!running.has(child)) return
    const closed = once(child, 'close')
    end(child)
    await closed
  }
  for (const began = Date.now(); Date.now() - began < START_LIMIT_MS; await sleep(200)) {
    if (!running.has(child)) break
    const answer = await fetch(url + page).catch(() => null) // not up yet
    await answer?.arrayBuffer()
    if (answer?.ok) return { url, close }
  }
  await close()
  throw new Error(`${program} served no page: ${output().slice(-KEPT_CHARS).trim()}`)
}

function start(
  folder: string,
  program: string,
  args: readonly string[],
  extra: Record<string, string>,
): { child: ChildProcess; output: () => string } {
  const path = [join(folder, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)
  const quiet = {
    CI: '1',
    NO_COLOR: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    PUPPETEER_SKIP_DOWNLOAD: '1',
  }
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...quiet, ...extra, PATH: path },
  })
  running.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  }
  child.on('close', () => running.delete(child))
  child.on('error', (error) => {
    text += error.message
    running.delete(child)
  })
  return { child, output: () => text }
}

/** The whole group: npm, bundlers and servers have children of their own. */
function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}
