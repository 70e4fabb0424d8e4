// The sessions that were in a room: what each page sent.
import { addressOf, groupRoute } from '../route.ts'
import { showCount } from '../ui/format.ts'
import { Card } from '../ui/card.tsx'

/** More of them are shown at a press. */
const MAX_OPEN = 8

/** A link to each. */
export function SessionLinks({ ids }: { readonly ids: readonly string[] }) {
  const links = (
    <ul class="lines">
      {ids.map((id) => (
        <li key={id}>
          <a href={addressOf(groupRoute('session', id))}>{id}</a>
        </li>
      ))}
    </ul>
  )
  return (
    <Card title={ids.length === 1 ? 'Session' : 'Sessions'}>
      {ids.length <= MAX_OPEN ? (
        links
      ) : (
        <details>
          <summary>All {showCount(ids.length)}</summary>
          {links}
        </details>
      )}
    </Card>
  )
}
