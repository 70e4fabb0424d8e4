// Waits, until it is of no use any more.
import type { Clock } from '../streams/clock.ts'

/** Resolves after so long, when it is aborted, or when somebody calls what stands in `woken` meanwhile. */
export function pause(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  woken: Set<() => void> = new Set(),
): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const cancel = clock.after(ms, wake)
    signal.addEventListener('abort', wake)
    woken.add(wake)
    function wake(): void {
      cancel()
      signal.removeEventListener('abort', wake)
      woken.delete(wake)
      resolve()
    }
  })
}
