// Which of somebody's connections is shown where nobody chose.
import type { ConnectionView } from '../src/live/views.ts'

/** Whoever is silent for longer than the others of his is not what runs. */
const SILENT_MS = 30_000

/** The one of the address; else of those that run the newest, else the longest. Null where there are none. */
export function chooseConnection(
  connections: readonly ConnectionView[],
  chosen: number | null,
  isLive: boolean,
): ConnectionView | null {
  const wanted = connections.find(({ id }) => id === chosen)
  if (wanted) return wanted
  const heard = Math.max(...connections.map(({ lastAt }) => lastAt))
  const running = connections.filter(
    ({ state, lastAt }) =>
      isLive && state !== 'closed' && state !== 'removed' && heard - lastAt <= SILENT_MS,
  )
  const best =
    running.length > 0
      ? running.toSorted((one, other) => other.firstAt - one.firstAt)
      : connections.toSorted((one, other) => lengthOf(other) - lengthOf(one))
  return best[0] ?? null
}

function lengthOf({ firstAt, lastAt }: ConnectionView): number {
  return lastAt - firstAt
}
