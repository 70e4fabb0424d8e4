// Group commit: what comes while one transaction runs goes into the next, and is answered after it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Arrival, Kept, Put, Store } from '../store/store.ts'

export interface Commits {
  /** Resolves when it is committed; rejects where it could not be. */
  put(arrival: Arrival): Promise<Kept>
  /** Between two commits: what is kept then does not change until `work` is done. */
  between<Result>(work: () => Promise<Result>): Promise<Result>
}

interface Waiting {
  readonly arrival: Arrival
  readonly resolve: (kept: Kept) => void
  readonly reject: (error: unknown) => void
}

/** Less than a disk takes to be sure. */
const WINDOW_MS = 4
/** Of JSON, in one transaction: the others wait for it. */
const MAX_CHARS = 8 * 1024 * 1024

/** `onPut` is told what was kept, in order, before anybody is answered. */
export function createCommits(store: Pick<Store, 'put'>, onPut: (put: Put) => void): Commits {
  let waiting: Waiting[] = []
  let turn: Promise<unknown> = Promise.resolve()

  function between<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work)
    // Whoever asked hears of a failure; the next one has its turn all the same.
    turn = result.catch(() => undefined)
    return result
  }

  async function commit(): Promise<void> {
    // A commit waits for the disk, however much is in it: what comes in this while goes along.
    await sleep(WINDOW_MS)
    const group = waiting.splice(0, countUpTo(waiting, MAX_CHARS))
    if (waiting.length > 0) void between(commit)
    try {
      answer(group, await store.put(group.map(({ arrival }) => arrival)))
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error)
      // One of them may be at fault: the others are not to suffer for it, now and each time they come again.
      else for (const one of group) await commitAlone(one)
    }
  }

  async function commitAlone(one: Waiting): Promise<void> {
    try {
      answer([one], await store.put([one.arrival]))
    } catch (error) {
      one.reject(error)
    }
  }

  function answer(group: readonly Waiting[], put: Put): void {
    onPut(put)
    for (const [index, { resolve }] of group.entries()) resolve(put.kept[index] as Kept)
  }

  return {
    between,
    put(arrival) {
      return new Promise((resolve, reject) => {
        waiting.push({ arrival, resolve, reject })
        if (waiting.length === 1) void between(commit)
      })
    },
  }
}

/** At least one. */
function countUpTo(waiting: readonly Waiting[], maxChars: number): number {
  let chars = 0
  for (const [index, { arrival }] of waiting.entries()) {
    for (const { json } of arrival.items) chars += json.length
    if (chars > maxChars) return Math.max(1, index)
  }
  return waiting.length
}
