// The connections of an `RTCStatsDump`: what each is called, and what a reader still has of its last report.
import type { Stat } from '../../../src/stats.ts'

/** Who a connection is. `(producer, pcId)` tells it; a plain body has its `peerId` alone. */
interface Identity {
  readonly producer: string | null
  readonly pcId: string | null
  readonly peerId: string | null
}

export interface DumpConnection {
  /** As in dumps of others: `PC_0`, `PC_1` ... */
  readonly name: string
  /** By the id of each object that a reader has. */
  shapes: ReadonlyMap<string, readonly string[]>
  /** Closed, or no longer watched: nothing is held for it, and a poll that comes yet is of a new one. */
  isOver: boolean
}

/** The connection of an identity, and whether it is a new one. */
export type FindConnection = (
  identity: Identity,
  isPoll: boolean,
) => { readonly connection: DumpConnection; readonly isNew: boolean }

/** Beyond these the one that was silent longest begins anew when it comes back. A room takes as many. */
const MAX_CONNECTIONS = 2000

/** The connections of one dump. */
export function createConnections(): FindConnection {
  const connections = new Map<string, DumpConnection>()
  let count = 0
  return ({ producer, pcId, peerId }, isPoll) => {
    const key = JSON.stringify([producer, pcId, peerId])
    const found = connections.get(key)
    const known = found && !(found.isOver && isPoll) ? found : undefined
    const connection = known ?? { name: `PC_${count++}`, shapes: new Map(), isOver: false }
    // The last one is the one that was heard last.
    connections.delete(key)
    connections.set(key, connection)
    if (connections.size > MAX_CONNECTIONS)
      connections.delete(connections.keys().next().value ?? '')
    return { connection, isNew: !known }
  }
}

/**
 * The values of the `getStats` lines of a report, mostly one. A reader keeps what a line does not name, of the report and
 * of each object in it: where members are gone, a line before takes the whole object away.
 */
export function linesOfReport(
  connection: DumpConnection,
  report: ReadonlyMap<string, Stat>,
): object[] {
  const { shapes } = connection
  const shapesNow = new Map([...report].map(([id, stat]) => [id, shapeOf(stat)]))
  const isLess = ([id, shape]: readonly [string, readonly string[]]): boolean => {
    const now = shapesNow.get(id)
    return now !== undefined && !includesAll(now, shape)
  }
  const less = [...shapes].filter(isLess).map(([id]) => [id, null] as const)
  const gone = [...shapes.keys()].filter((id) => !report.has(id)).map((id) => [id, null] as const)
  const stats = [...report].map(([id, stat]) => [id, membersOf(stat)] as const)
  connection.shapes = shapesNow
  return [...(less.length > 0 ? [less] : []), [...stats, ...gone]].map((entries) =>
    // fromEntries defines members, it does not assign them: `__proto__` is an id like any other.
    Object.fromEntries<object | null>(entries),
  )
}

/** The id is the key. Each has a time of its own: a reader gives one time to those that have none. */
function membersOf(stat: Stat): object {
  const { id: _, ...members } = stat
  return members
}

/** The names in it. A reader merges what is an object with what it was before, so the names in there are told too. */
function shapeOf(stat: Stat): string[] {
  return Object.entries(stat).flatMap(([name, value]) => {
    if (Array.isArray(value)) return `${name} [${value.length}]`
    if (value === null) return `${name} null`
    if (typeof value !== 'object') return name
    // It may have no keys.
    return [`${name} {}`, ...Object.keys(value).map((key) => `${name} ${key}`)]
  })
}

function includesAll(now: readonly string[], before: readonly string[]): boolean {
  if (before.every((name, index) => name === now[index])) return true
  const names = new Set(now)
  return before.every((name) => names.has(name))
}
