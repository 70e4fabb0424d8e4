// Those who take part, the worst first; searched, sorted, narrowed down to whom something stands out of.
import { useMemo } from 'preact/hooks'
import type { Person } from '../people.ts'
import type { Go } from '../place.ts'
import type { GroupRoute } from '../route.ts'
import { Toggle } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { showCount } from '../ui/format.ts'
import { Empty } from '../ui/notice.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SortableTable } from '../ui/sortable-table.tsx'
import { sortOf, textOf } from '../ui/sort.ts'
import { isTroubled } from '../verdict.ts'
import { columnsOf } from './people-columns.tsx'
import './people.css'

/** Whom, and how they are shown. */
export interface PeopleProps {
  readonly route: GroupRoute
  readonly go: Go
  readonly people: readonly Person[]
  /** As of the collector's clock. */
  readonly behindMs: number
  readonly isLive: boolean
}

/** All change each second while a call runs, and the worst come first: fifty took the browser 70 ms to lay out. */
const PER_PAGE = 20

const WORST_FIRST = { key: 'score', isDescending: false }

/** All of it stands in the address. */
export function People({ route, go, people, behindMs, isLive }: PeopleProps) {
  const { kind, id, call, search, sort, isTroubled: isNarrowed } = route
  const columns = useMemo(
    () => columnsOf({ kind, id, call }, behindMs, isLive),
    [kind, id, call, behindMs, isLive],
  )
  const troubled = useMemo(
    () => people.filter((person) => isTroubled(person, isLive)),
    [people, isLive],
  )
  const rows = useMemo(
    () => (isNarrowed ? troubled : people).filter((person) => isFound(person, search)),
    [people, troubled, isNarrowed, search],
  )
  return (
    <Card title="Participants" beside={<p class="quiet">{countOf(people, troubled, isLive)}</p>}>
      <div class="tools">
        <SearchField
          label="Search participants"
          value={search}
          onSearch={(text) => go({ ...route, search: text }, { isReplacing: true })}
        />
        <Toggle
          isOn={isNarrowed}
          onChange={(isOn) => go({ ...route, isTroubled: isOn }, { isReplacing: true })}
        >
          Only those with problems
        </Toggle>
      </div>
      {rows.length === 0 ? (
        <Empty>{people.length === 0 ? 'Nobody yet.' : 'None of them.'}</Empty>
      ) : (
        <SortableTable
          caption="Numbers of each participant"
          columns={columns}
          rows={rows}
          keyOf={({ participant }) => participant}
          sort={sortOf(sort, WORST_FIRST)}
          perPage={PER_PAGE}
          onSort={(by) => go({ ...route, sort: textOf(by) }, { isReplacing: true })}
        />
      )}
      {!isLive && people.length > 0 && (
        <p class="list-note quiet">
          The call is over: scores, freezes and what stands out are of all of it, the other numbers
          of each one’s last poll.
        </p>
      )}
    </Card>
  )
}

function countOf(people: readonly Person[], troubled: readonly Person[], isLive: boolean): string {
  if (people.length === 0) return ''
  const has = isLive ? 'has' : 'had'
  const have = isLive ? 'have' : 'had'
  if (troubled.length === 0) return `${showCount(people.length)}, none ${has} problems`
  return `${showCount(troubled.length)} of ${showCount(people.length)} ${troubled.length === 1 ? has : have} problems`
}

function isFound({ participant, name, connections }: Person, search: string): boolean {
  const wanted = search.toLowerCase()
  const [{ from }] = connections
  return [participant, name, from.browser, from.os].some((text) =>
    text?.toLowerCase().includes(wanted),
  )
}
