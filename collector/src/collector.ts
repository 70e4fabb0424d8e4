// Puts the parts of a collector together: the store, the commits, the rooms, and the app in front of them.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hono } from 'hono'
import { createApp } from './app.ts'
import { createCommits } from './ingest/commits.ts'
import { createReceive } from './ingest/receive.ts'
import type { Receive } from './ingest/receive.ts'
import { resolveOptions } from './options.ts'
import type { CollectorOptions, Settings } from './options.ts'
import { openStore } from './store/libsql.ts'
import type { Store } from './store/store.ts'

export interface Collector {
  readonly app: Hono
  readonly store: Store
  readonly settings: Settings
  readonly receive: Receive
  /** Call it when nothing comes in any more. What the store does not keep by the deadline was not answered. */
  close(deadlineMs: number): Promise<void>
}

/** Rejects where an option cannot be meant. */
export async function createCollector(options: CollectorOptions): Promise<Collector> {
  const settings = resolveOptions(options)
  const store = options.store ?? (await openStore(':memory:', settings))
  const commits = createCommits(store, () => {})
  const receive = createReceive(commits, settings)
  return {
    app: createApp({ settings, store, receive }),
    store,
    settings,
    receive,
    async close(deadlineMs) {
      await Promise.race([commits.between(async () => {}), sleep(deadlineMs, null, { ref: false })])
      await store.close()
    },
  }
}
