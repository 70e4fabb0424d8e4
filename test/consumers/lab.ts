// What the cells share: a temp folder, the packed library, the tools, the browsers and the collector.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startCollector } from '../../collector/src/serve.ts'
import type { RunningCollector } from '../../collector/src/serve.ts'
import { launch } from './browsers.ts'
import type { Browser, BrowserName } from './browsers.ts'
import { run } from './exec.ts'
import { TOOLS } from './versions.ts'

/** One line of the matrix. */
export interface Cell {
  readonly name: string
  /** Resolves to what was measured. Rejects with the reason of the failure. */
  run(): Promise<string>
}

export interface Lab {
  readonly collector: RunningCollector
  /** The packed library, made once. */
  tarball(): Promise<string>
  /** Where publint, attw and puppeteer-core are installed, once. */
  tools(): Promise<string>
  browser(name: BrowserName): Promise<Browser>
  /** A fresh folder with these packages and, unless told not to, the packed library. */
  install(
    name: string,
    packages: Readonly<Record<string, string>>,
    isUser?: boolean,
  ): Promise<string>
  /** For what has to end with the lab. */
  onClose(close: () => Promise<void>): void
  close(): Promise<void>
}

export const REPO = resolve(import.meta.dirname, '../..')
export const APPS = join(import.meta.dirname, 'apps')

const INSTALL_LIMIT_MS = 240_000

export async function openLab(): Promise<Lab> {
  const root = await mkdtemp(join(tmpdir(), 'consumers-'))
  const collector = await startCollector({ log: () => {} })
  const closers: (() => Promise<void>)[] = [
    () => rm(root, { recursive: true, force: true }),
    () => collector.close(),
  ]
  const browsers = new Map<BrowserName, Promise<Browser>>()
  const lab: Lab = {
    collector,
    tarball: once(() => pack(join(root, 'packed'))),
    tools: once(() => lab.install('tools', TOOLS, false)),
    browser(name) {
      const known = browsers.get(name)
      if (known) return known
      const browser = launch(name, lab.tools)
      browsers.set(name, browser)
      closers.push(() => browser.then((launched) => launched.close()))
      return browser
    },
    async install(name, packages, isUser = true) {
      const folder = join(root, name)
      await mkdir(folder, { recursive: true })
      const library = isUser ? { 'webrtc-stats-exporter': `file:${await lab.tarball()}` } : {}
      const manifest = { private: true, type: 'module', dependencies: { ...packages, ...library } }
      await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
      const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
      await run(folder, ['npm', 'install', ...flags], INSTALL_LIMIT_MS)
      return folder
    },
    onClose: (close) => void closers.push(close),
    async close() {
      for (const close of closers.reverse()) await close().catch(() => {}) // it never started
    },
  }
  return lab
}

/** `npm pack` of the library, or of another package here, into a folder; the path of the file. */
export async function pack(folder: string, source: string = REPO): Promise<string> {
  await mkdir(folder, { recursive: true })
  const command = ['npm', 'pack', '--ignore-scripts', '--loglevel=error', '--json']
  const answer = await run(source, [...command, '--pack-destination', folder], INSTALL_LIMIT_MS)
  const [, name] = /"filename": "([^"]+)"/.exec(answer) ?? []
  if (name === undefined) throw new Error(`npm pack named no file: ${answer}`)
  return join(folder, name)
}

/** Puts the shared page, and the app's own files over it, into a folder. */
export async function copyApp(folder: string, name?: string): Promise<void> {
  for (const file of ['app.js', 'main.js', 'index.html']) {
    await cp(join(APPS, file), join(folder, file))
  }
  if (name !== undefined) await cp(join(APPS, name), folder, { recursive: true })
}

/** The same promise each time. */
export function once<T>(job: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => (result ??= job())
}
