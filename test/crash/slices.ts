// Processes that run in slices of time, and stand still in between: what a machine under load does to tabs.
import { setTimeout as sleep } from 'node:timers/promises'
import { signal } from './processes.ts'

export interface Slices {
  readonly runMs: number
  readonly stopMs: number
}

/** Each of them runs and stands by turns, staggered; all of them run in the end. */
export async function inSlices(
  pids: readonly number[],
  { runMs, stopMs }: Slices,
  limitMs: number,
): Promise<void> {
  const deadline = performance.now() + limitMs
  const slice = async (pid: number, startMs: number): Promise<void> => {
    await sleep(startMs)
    while (performance.now() < deadline) {
      signal([pid], 'SIGSTOP')
      await sleep(stopMs)
      signal([pid], 'SIGCONT')
      await sleep(runMs)
    }
  }
  const apartMs = (runMs + stopMs) / pids.length
  try {
    await Promise.all(pids.map((pid, index) => slice(pid, index * apartMs)))
  } finally {
    signal(pids, 'SIGCONT')
  }
}
