// A list of all there is: searched, sorted, and renewed while somebody looks at it.
import type { FollowState } from '../follow.ts'
import type { Go } from '../place.ts'
import type { ListRoute } from '../route.ts'
import { Empty } from '../ui/notice.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SortableTable } from '../ui/sortable-table.tsx'
import type { Column } from '../ui/sortable-table.tsx'
import { sortOf, textOf } from '../ui/sort.ts'
import { Head } from './head.tsx'
import { Streamed } from './stream-notice.tsx'
import './list.css'

/** What a list is made of. */
export interface ListProps<Row> {
  readonly title: string
  /** As it stands in a sentence: `rooms`. */
  readonly what: string
  readonly route: ListRoute
  readonly go: Go
  readonly rows: readonly Row[] | null
  readonly isAll: boolean
  readonly state: FollowState
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  /** What is to be known before any row is read. */
  readonly summaryOf: (rows: readonly Row[]) => string
}

/** Those that run come first, then the newest. */
const BY_STATE = { key: 'state', isDescending: true }

/** What is searched and how it is sorted stands in the address. */
export function List<Row>(props: ListProps<Row>) {
  const { title, what, route, go, rows, isAll, state, columns, keyOf, summaryOf } = props
  const { search, sort } = route
  return (
    <>
      <Head title={title} />
      <div class="tools">
        <SearchField
          label={`Search ${what}`}
          value={search}
          onSearch={(text) => go({ ...route, search: text }, { isReplacing: true })}
        />
        {rows && rows.length > 0 && <p class="quiet">{summaryOf(rows)}</p>}
      </div>
      <Streamed state={state}>
        {rows === null && state.status === 'opening' && <Empty>Asking the collector …</Empty>}
        {rows?.length === 0 && <Nothing what={what} search={search} />}
        {rows && rows.length > 0 && (
          <div class="card list">
            {!isAll && (
              <p class="list-note quiet">
                The newest {rows.length} {what} are shown. Search finds older ones.
              </p>
            )}
            <SortableTable
              caption={title}
              columns={columns}
              rows={rows}
              keyOf={keyOf}
              sort={sortOf(sort, BY_STATE)}
              onSort={(by) => go({ ...route, sort: textOf(by) }, { isReplacing: true })}
            />
          </div>
        )}
      </Streamed>
    </>
  )
}

function Nothing({ what, search }: { readonly what: string; readonly search: string }) {
  if (search !== '') {
    return (
      <Empty>
        No {what} have “{search}” in their names, nor in those of who took part.
      </Empty>
    )
  }
  return (
    <Empty>
      No calls yet: point <code>url</code> of an exporter at{' '}
      <code>{new URL('ingest', document.baseURI).href}</code>, and they come here by themselves.
    </Empty>
  )
}
