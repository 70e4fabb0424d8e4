// A real Chromium over its debugging pipe, on a profile that outlives it, to be killed as a whole or tab by tab.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { CHROMIUM_ARGS, ensureChromium } from '../../demo/chromium.ts'
import { within } from '../engines/engine.ts'
import { openPipe } from './pipe.ts'
import type { Pipe } from './pipe.ts'
import { family, gone, signal } from './processes.ts'
import { openTab } from './tab.ts'
import type { Tab, TabPlace } from './tab.ts'

export interface Browser extends Pick<Pipe, 'send' | 'on'> {
  /** Of the main process. */
  readonly pid: number
  openTab(url: string, place?: TabPlace): Promise<Tab>
  /** SIGKILL of the main process and all of its children, with no warning. Resolves when none of them runs. */
  kill(): Promise<void>
  /** SIGTERM of the main process, which ends its children. Resolves when none of them runs. */
  terminate(): Promise<void>
  /** As a user closes it. */
  close(): Promise<void>
}

export interface LaunchOptions {
  /** The folder of its disk: a second start sees what the first one has left. */
  readonly profile: string
  readonly args?: readonly string[]
}

/** Each tab has a renderer of its own; no process of another parent is started. */
const ARGS: readonly string[] = [
  ...CHROMIUM_ARGS,
  '--remote-debugging-pipe',
  '--no-startup-window',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--renderer-process-limit=20',
  '--disable-features=ProcessPerSiteUpToMainFrameThreshold',
]

const START_LIMIT_MS = 30_000
const CLOSE_LIMIT_MS = 15_000

export async function launch({ profile, args = [] }: LaunchOptions): Promise<Browser> {
  const child = spawn(ensureChromium(), [...ARGS, `--user-data-dir=${profile}`, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const { pid } = child
  if (pid === undefined) throw new Error('Chromium did not start')
  const pipe = openPipe(child.stdio[3] as Writable, child.stdio[4] as Readable)
  child.once('exit', (code, name) => pipe.end(`Chromium has ended with ${name ?? code}`))

  /** Its id may be another process's by then. */
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null

  async function kill(): Promise<void> {
    if (hasEnded()) return
    // A child of a dead parent would not be found any more.
    const all = family(child.pid ?? 0)
    signal(all, 'SIGKILL')
    await gone(all)
  }

  const endAtExit = (): void => signal(family(pid), 'SIGKILL')
  process.once('exit', endAtExit)
  void exited.then(() => process.off('exit', endAtExit))

  try {
    await within(START_LIMIT_MS, 'the start of Chromium', pipe.send('Browser.getVersion'))
  } catch (error) {
    await kill()
    throw error
  }
  return {
    pid,
    send: pipe.send,
    on: pipe.on,
    openTab: (url, place) => openTab(pipe, url, place),
    kill,
    async terminate() {
      const all = family(pid)
      signal([pid], 'SIGTERM')
      await gone(all)
    },
    async close() {
      if (hasEnded()) return
      const all = family(pid)
      // A stopped process does not end by itself.
      signal(all, 'SIGCONT')
      await pipe.send('Browser.close').catch(() => {})
      await within(CLOSE_LIMIT_MS, 'the end of Chromium', gone(all)).catch(kill)
    },
  }
}
