// Writes the lines of an `RTCStatsDump`, in the order in which the items come.
import { isRecord } from './is-record.ts'
import type { Facts } from '../facts.ts'
import type { KeptText } from '../store/store.ts'
import { createConnections, linesOfReport } from './dump-connections.ts'
import type { DumpConnection } from './dump-connections.ts'
import { dumpEventOf } from './dump-methods.ts'
import { reportOf } from './report.ts'

/** An item, as far as it is looked at. It was checked when it came. */
interface Item extends Readonly<Record<string, unknown>> {
  readonly event: string
  readonly tag: string
  readonly peerId: string | null
  readonly peerName: string | null
  /** Absent from a plain body. */
  readonly pcId?: string | null
  readonly timestamp: string
  readonly partial?: true
  readonly data: unknown
}

export interface DumpWriter {
  /** `[method, connection or null, value, ...more, deltaMs]`, a line each. */
  write(page: readonly KeptText[]): string
  /** What is to be said at the end. */
  end(): string
  /** Whole polls until now, and those of them that have a report. */
  counts(): { readonly polls: number; readonly reports: number }
}

/** Producers that are told by name; more than that is nobody's session. */
const MAX_PRODUCERS = 10_000
/** Of a line that says but what is gone from a report. */
const RESET = 'reset'

/** Holds what a reader knows of each connection, and nothing of what was written. */
export function createDumpWriter(): DumpWriter {
  const connectionOf = createConnections()
  const producers = new Set<string | null>()
  let lastMs = 0
  let polls = 0
  let reports = 0
  let left = 0

  /** The first time is the one since 1970. */
  function line(atMs: number, ...elements: readonly unknown[]): string {
    const deltaMs = atMs - lastMs
    lastMs = atMs
    return `${JSON.stringify([...elements, deltaMs])}\n`
  }

  function writeItem({ producer, facts, json }: KeptText): string {
    const item = JSON.parse(json) as Item
    const time = Date.parse(item.timestamp)
    const atMs = Number.isNaN(time) ? lastMs : time
    const known = producers.size < MAX_PRODUCERS && !producers.has(producer)
    if (known) producers.add(producer)
    const client = known ? line(atMs, 'create', null, clientOf(producer, facts)) : ''
    return client + (item.tag === 'stats' ? writePoll : writeEvent)(item, producer, atMs)
  }

  function writePoll(item: Item, producer: string | null, atMs: number): string {
    if (!item.partial) polls += 1
    const report = reportOf(item)
    if (!report) {
      left += 1
      return ''
    }
    reports += 1
    const { connection, isNew } = connectionOf(identityOf(item, producer), true)
    const created = isNew ? line(atMs, 'create', connection.name, whoOf(item, producer)) : ''
    const values = linesOfReport(connection, report)
    const lines = values.map((value, index) => {
      const more = index < values.length - 1 ? [RESET] : []
      return line(atMs, 'getStats', connection.name, value, ...more)
    })
    return created + lines.join('')
  }

  function writeEvent(item: Item, producer: string | null, atMs: number): string {
    const { event, tag, peerId, peerName, data } = item
    const { method, value, more } = dumpEventOf(event, tag, data)
    const { pcId } = identityOf(item, producer)
    if (pcId === null && (producer !== null || peerId === null)) {
      return line(atMs, method, null, value, { producer, peerId, peerName })
    }
    const { connection, isNew } = connectionOf(identityOf(item, producer), false)
    const { name } = connection
    if (event === 'peerAdded' && tag === 'peer') {
      return line(atMs, 'create', name, { ...whoOf(item, producer), states: data })
    }
    if (isEnd(item)) close(connection)
    const created = isNew ? line(atMs, 'create', name, whoOf(item, producer)) : ''
    return created + line(atMs, method, name, value, ...(more === undefined ? [] : [more]))
  }

  return {
    write: (page) => page.map(writeItem).join(''),
    end: () => (left > 0 ? line(lastMs, 'pollsWithoutReport', null, left) : ''),
    counts: () => ({ polls, reports }),
  }
}

function identityOf({ pcId = null, peerId }: Item, producer: string | null) {
  return { producer, pcId, peerId }
}

function whoOf(item: Item, producer: string | null): object {
  return { ...identityOf(item, producer), peerName: item.peerName }
}

/** In the names that dumps of others have. */
function clientOf(producer: string | null, facts: string): object {
  const { hints, ...rest } = JSON.parse(facts) as Facts
  return { producer, userAgentData: hints, ...rest }
}

function isEnd({ event, data }: Item): boolean {
  if (event === 'peerRemoved') return true
  return event === 'connectionStateChange' && isRecord(data) && data['state'] === 'closed'
}

function close(connection: DumpConnection): void {
  connection.isOver = true
  connection.shapes = new Map()
}
