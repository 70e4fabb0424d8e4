// Reads a session that was downloaded from a collector as the recording of its connections.
import { isRecord, wrong } from '../../src/check.ts'
import type { StateEvent } from '../../src/peer.ts'
import { reportOf } from '../../collector/src/downloads/report.ts'
import { readDownload } from './downloaded.ts'
import type { DownloadedItem } from './downloaded.ts'
import { readTime } from './recording.ts'
import type { Poll, RecordedConnection, StateChange } from './recording.ts'

const STATE_EVENTS: ReadonlySet<string> = new Set<StateEvent>([
  'connectionStateChange',
  'iceConnectionStateChange',
  'iceGatheringStateChange',
  'signalingStateChange',
])

interface Connection {
  readonly pcId: string
  readonly polls: Poll[]
  readonly changes: StateChange[]
  states?: Readonly<Record<string, unknown>>
}

/** @throws Error with one sentence, that names the line where one is wrong */
export function readSession(file: Uint8Array): RecordedConnection[] {
  const connections = new Map<string, Connection>()
  let withoutReport = 0
  for (const [name, item] of readDownload(file)) {
    const key = keyOf(item)
    if (key === null) continue
    const connection = connections.get(key) ?? { pcId: nameOf(item), polls: [], changes: [] }
    connections.set(key, connection)
    if (!addItem(connection, item, name)) withoutReport += 1
  }
  const read = [...connections.values()]
  if (withoutReport > 0 && read.every(({ polls }) => polls.length === 0)) {
    throw new Error(
      "the file: its polls have metrics alone (detail: 'metrics'), and no report to derive them of",
    )
  }
  return withNames(read)
}

/** False of a poll without a report. */
function addItem(connection: Connection, item: DownloadedItem, name: string): boolean {
  const { event, timestamp, data, interval } = item
  const wallMs = readTime(`${name}.timestamp`, Date.parse(timestamp))
  const times = { clockMs: wallMs, wallMs }
  if (item['tag'] === 'stats') {
    const report = reportOf(item)
    if (!report) return false
    const own = typeof interval === 'number' ? { intervalMs: interval } : {}
    connection.polls.push({ ...times, ...own, report: [...report.values()] })
  } else if (event === 'peerAdded' && isRecord(data)) {
    connection.states ??= data
  } else if (STATE_EVENTS.has(event) && isRecord(data)) {
    const { state } = data
    if (typeof state !== 'string') throw wrong(`${name}.data.state`, 'a text', state)
    connection.changes.push({ ...times, event: event as StateEvent, state })
  }
  return true
}

/** What tells a connection from the others; null of what is about none. In a plain body it is the peer. */
function keyOf({ producer, sessionId, pcId = null, peerId }: DownloadedItem): string | null {
  if (producer === null) return peerId === null ? null : JSON.stringify([sessionId, peerId])
  return pcId === null ? null : JSON.stringify([producer, pcId, peerId])
}

function nameOf({ producer, pcId, peerId }: DownloadedItem): string {
  return producer === null ? String(peerId) : `${producer}/${String(pcId)}`
}

/** Each has a name of its own, whatever stands in the ids. */
function withNames(connections: readonly Connection[]): Connection[] {
  const taken = new Set<string>()
  return connections.map((connection) => {
    let { pcId } = connection
    for (let count = 2; taken.has(pcId); count++) pcId = `${connection.pcId} (${count})`
    taken.add(pcId)
    return { ...connection, pcId }
  })
}
