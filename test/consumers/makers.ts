// The ways a page comes to be served: built by a bundler, by a server of a tool, or as plain files.
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, serveWith } from './exec.ts'
import type { Served } from './exec.ts'
import { copyApp } from './lab.ts'
import type { Lab } from './lab.ts'
import { serveFolder } from './static.ts'

/** A browser, or `older`: Chromium as it was before Trusted Types. */
export type View = 'chromium' | 'firefox' | 'older'

export interface Consumer {
  readonly name: string
  readonly browsers: readonly View[]
  readonly packages: Readonly<Record<string, string>>
  /** Gets the folder with everything installed. What else it starts it hands to `lab.onClose`. */
  serve(folder: string, lab: Lab): Promise<Served>
}

type Named = Omit<Consumer, 'serve'>

const BUILD_LIMIT_MS = 180_000
/** Where a user of plain files finds the library. */
export const LIBRARY = '/node_modules/webrtc-stats-exporter/dist'

/** A bundler that leaves its files in dist/. `app` has files of its own over the shared ones. */
export function built(named: Named, build: readonly string[], app?: string): Consumer {
  return {
    ...named,
    async serve(folder) {
      const dist = join(folder, 'dist')
      await mkdir(dist)
      await copyApp(folder, app)
      await cp(join(folder, 'index.html'), join(dist, 'index.html')) // vite writes its own over it
      await run(folder, build, BUILD_LIMIT_MS)
      return serveFolder(dist)
    },
  }
}

/** A tool or a framework that serves the page itself, where `build` is given after that. */
export function served(
  named: Named,
  start: readonly string[],
  build?: readonly string[],
  app?: string,
): Consumer {
  return {
    ...named,
    async serve(folder) {
      await copyApp(folder, app)
      if (build) await run(folder, build, BUILD_LIMIT_MS)
      return serveWith(folder, start)
    },
  }
}

/** No bundler: the files of the package as they lie there. */
export function plain(named: Named, body: string): Consumer {
  return {
    ...named,
    async serve(folder) {
      await copyApp(folder)
      await writePage(folder, body)
      return serveFolder(folder)
    },
  }
}

/** As `plain`, with the library's files on another origin that lets this one read them. */
export function remote(named: Named, body: (library: string) => string): Consumer {
  return {
    ...named,
    async serve(folder, lab) {
      const library = await serveRemote(folder, lab)
      await copyApp(folder)
      await writePage(folder, body(library))
      return serveFolder(folder)
    },
  }
}

/** Serves the folder from another origin, and resolves to where the library lies there. */
export async function serveRemote(folder: string, lab: Lab): Promise<string> {
  const other = await serveFolder(folder, { 'Access-Control-Allow-Origin': '*' })
  lab.onClose(() => other.close())
  return `${other.url}${LIBRARY}`
}

/** `body` after a head that fetches nothing. */
export async function writePage(folder: string, body: string): Promise<void> {
  const head = '<!doctype html>\n<meta charset="utf-8" />\n<link rel="icon" href="data:," />\n'
  await writeFile(join(folder, 'index.html'), head + body)
}
