// The files that the store holds until they have arrived, as the delivery takes them.
import type { Store, StreamFile } from '../store/store.ts'
import type { WaitingFile, WaitingFiles } from './delivery.ts'
import { fileName } from './file-name.ts'

/** One process makes one shard. */
const SHARD = 0
const MINUTE_MS = 60_000

/** Those that are not written yet, the oldest first. */
export function waitingFiles(store: Pick<Store, 'filesToWrite' | 'wroteFile'>): WaitingFiles {
  return {
    async next(except) {
      const files = await store.filesToWrite(except.length + 1)
      return files.map(toFile).find(({ name }) => !except.includes(name))
    },
    // What an interval held never changes any more.
    done: (_name, startMs) => store.wroteFile(startMs),
  }
}

/** An interval under its name: an array of rooms, a line for each. */
export function toFile({ startMs, endMs, records }: StreamFile): WaitingFile {
  const name = fileName(startMs, Math.round((endMs - startMs) / MINUTE_MS), SHARD)
  const text = records.length === 0 ? '[]\n' : `[\n${records.join(',\n')}\n]\n`
  return { name, revision: startMs, body: new TextEncoder().encode(text) }
}
