// Which of the calls in a room is shown.
import type { CallSpan } from '../../src/live/views.ts'
import { addressOf, groupRoute } from '../route.ts'
import type { GroupRoute } from '../route.ts'
import { showDuration, showTime } from '../ui/format.ts'
import './calls.css'

/** What the choice is among. */
export interface CallsProps {
  readonly route: GroupRoute
  /** The newest first. */
  readonly calls: readonly CallSpan[]
  readonly shown: CallSpan
}

/** More of them are shown at a press. */
const MAX_OPEN = 6

/** Nothing where there was but one. */
export function Calls({ route, calls, shown }: CallsProps) {
  if (calls.length < 2) return null
  const linkTo = ({ startMs, endMs }: CallSpan, at: number) => (
    <li key={startMs}>
      <a
        href={addressOf(groupRoute(route.kind, route.id, at === 0 ? null : startMs))}
        aria-current={startMs === shown.startMs ? 'true' : undefined}
      >
        {at === 0 && 'Newest: '}
        {showTime(startMs, Date.now())}, {showDuration((endMs - startMs) / 1000)}
      </a>
    </li>
  )
  const links = calls.map(linkTo)
  return (
    <nav class="calls" aria-label="Calls in this room">
      <h2>{calls.length} calls</h2>
      <ul>{links.slice(0, MAX_OPEN)}</ul>
      {links.length > MAX_OPEN && (
        <details open={calls.slice(MAX_OPEN).some(({ startMs }) => startMs === shown.startMs)}>
          <summary>{links.length - MAX_OPEN} earlier ones</summary>
          <ul>{links.slice(MAX_OPEN)}</ul>
        </details>
      )}
    </nav>
  )
}
