// Tells whoever listens how much waits: at once, then at most once a second.
import type { QueueState } from '../src/terms.ts'
import type { Clock } from './clock.ts'

const PAUSE_MS = 1000

export interface NewsParts {
  readonly clock: Clock
  readonly isListened: () => boolean
  readonly read: () => Promise<QueueState>
  readonly tell: (state: QueueState) => void
}

/** Returns what is to be called when something has changed. */
export function createNews({ clock, isListened, read, tell }: NewsParts): () => void {
  let isBusy = false
  let isStale = false

  async function run(): Promise<void> {
    isBusy = true
    while (isStale && isListened()) {
      isStale = false
      await read().then(tell, () => (isStale = true)) // it is asked again
      await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve))
    }
    isBusy = false
  }

  return () => {
    isStale = true
    if (!isBusy) void run() // it never rejects
  }
}
