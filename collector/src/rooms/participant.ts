// Who took part in a call: several connections, and those who came back, are one.
import { mergeClients, newClients } from './client.ts'
import type { Clients } from './client.ts'
import { totalsOf } from './connection.ts'
import type { Connection } from './connection.ts'
import { mergeMarks, newMarks } from './marks.ts'
import type { Marks } from './marks.ts'
import type { RoomState } from './room.ts'
import { setupMsOf } from './setup.ts'
import { addSums, newSums } from './sums.ts'
import type { Sums } from './sums.ts'

export interface Participant {
  readonly peerId: string
  readonly startMs: number
  readonly endMs: number
  /** Of the first connection. */
  readonly callSetupMs: number | null
  readonly sums: Sums
  readonly marks: Marks
  readonly clients: Clients
}

/** The first who came first. */
export function participantsOf(room: RoomState): Participant[] {
  const groups = new Map<string, Connection[]>()
  for (const connection of room.connections) {
    const name = connection.userId ?? connection.peerId
    const group = groups.get(name)
    if (group) group.push(connection)
    else groups.set(name, [connection])
  }
  const sources = new Map(room.sources.map((source) => [sourceKey(source), source.clients]))
  const clientsOf = ({ producer, sessionId }: Connection): Clients | undefined =>
    sources.get(sourceKey({ producer: producer ?? sessionId, isPlain: producer === null }))
  return [...groups]
    .map(([peerId, connections]) => participantOf(peerId, connections, clientsOf))
    .sort((one, other) => one.startMs - other.startMs || (one.peerId < other.peerId ? -1 : 1))
}

function participantOf(
  peerId: string,
  connections: readonly Connection[],
  clientsOf: (connection: Connection) => Clients | undefined,
): Participant {
  const sums = newSums()
  const marks = newMarks()
  const clients = newClients()
  for (const connection of connections) {
    const totals = totalsOf(connection)
    addSums(sums, totals.sums)
    mergeMarks(marks, totals.marks)
    const facts = clientsOf(connection)
    if (facts) mergeClients(clients, structuredClone(facts))
  }
  const [first] = connections.toSorted(byStart)
  return {
    peerId,
    startMs: Math.min(...connections.map(({ startMs }) => startMs)),
    endMs: Math.max(...connections.map(({ endMs }) => endMs)),
    callSetupMs: first ? setupMsOf(first.setup) : null,
    ...{ sums, marks, clients },
  }
}

function byStart(one: Connection, other: Connection): number {
  const nameOf = ({ producer, pcId }: Connection): string => JSON.stringify([producer, pcId])
  return one.startMs - other.startMs || (nameOf(one) < nameOf(other) ? -1 : 1)
}

function sourceKey({ producer, isPlain }: { producer: string; isPlain: boolean }): string {
  return `${isPlain ? 'plain' : 'ours'} ${producer}`
}
