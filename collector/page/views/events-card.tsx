// What happened, event by event: those of the connection and those of its page.
import { useMemo, useState } from 'preact/hooks'
import type { Moment } from '../../src/live/views.ts'
import { FAMILIES, familyOf, toldOf } from '../event-words.ts'
import type { Family } from '../event-words.ts'
import type { Events } from '../series/events.ts'
import { Card } from '../ui/card.tsx'
import { Choice } from '../ui/choice.tsx'
import { EventList } from '../ui/event-list.tsx'
import type { EventLine } from '../ui/event-list.tsx'
import { showCount } from '../ui/format.ts'
import { Empty } from '../ui/notice.tsx'

/** What is listed. */
export interface EventsCardProps {
  readonly events: Events
  /** Shows its time in the plots. ms since the Unix epoch. */
  readonly onShow: (at: number) => void
}

type Order = 'newest' | 'oldest'

const ORDERS: readonly (readonly [Order, string])[] = [
  ['newest', 'Newest first'],
  ['oldest', 'Oldest first'],
]

/** A line never changes: the same moment is the same line. */
const lines = new WeakMap<Moment, EventLine>()

/** The plots are led to an event by its time. */
export function EventsCard({ events, onShow }: EventsCardProps) {
  const [family, setFamily] = useState<Family>('all')
  const [order, setOrder] = useState<Order>('newest')
  const { all, left, version } = events
  const shown = useMemo(
    () => all.filter(({ tag }) => family === 'all' || familyOf(tag) === family).map(lineOf),
    [events, version, family],
  )
  const families = useMemo(() => {
    const there = new Set<Family>(all.map(({ tag }) => familyOf(tag)))
    const names = Object.entries(FAMILIES) as [Family, string][]
    return names.filter(([name]) => name === 'all' || there.has(name))
  }, [events, version])
  const choose = useMemo(() => (line: EventLine) => onShow(line.at), [onShow])
  return (
    <Card title="Events" beside={<span class="quiet figures">{showCount(shown.length)}</span>}>
      <Choice label="Of" options={families} value={family} onChoose={setFamily} />
      <Choice label="Order" options={ORDERS} value={order} onChoose={setOrder} />
      {shown.length === 0 && <Empty>No events.</Empty>}
      <EventList
        key={`${family} ${order}`}
        label="Events"
        lines={shown}
        isOldestFirst={order === 'oldest'}
        onChoose={choose}
      />
      {left > 0 && (
        <p class="board-note quiet">{`${showCount(left)} earlier ones are not shown.`}</p>
      )}
    </Card>
  )
}

function lineOf(moment: Moment): EventLine {
  const known = lines.get(moment)
  if (known) return known
  const { what, detail, tone } = toldOf(moment)
  const { id, at, isPartial } = moment
  const line = {
    id,
    at,
    what,
    detail: isPartial ? `${detail} (only part of it is here)` : detail,
    tone,
  }
  lines.set(moment, line)
  return line
}
