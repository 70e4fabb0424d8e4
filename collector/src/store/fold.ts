// What an item changes in its connection and its sender. In whatever order and however often items come, it is the same in the end.
import { MEASURES, WAYS } from '../live/views.ts'
import type { Moment, Poll } from '../live/views.ts'
import { dropIn } from '../live/drop.ts'
import { stateIn } from '../live/state.ts'
import { countTroubles, noTroubles } from '../live/trouble.ts'
import { addFacts, newClients } from '../rooms/client.ts'
import type { Arrival, ArrivedItem } from './store.ts'
import type { Connection, Producer } from './trace-rows.ts'

/** One item that was kept. */
export interface Trace {
  /** Of the item. */
  readonly id: number
  readonly session: number
  readonly arrival: Arrival
  readonly arrived: ArrivedItem
  /** The partial item whose place it takes, which an earlier transaction kept. */
  readonly replaces: number | null
}

/** Of a moment, what changes its connection. */
export interface Told extends Pick<Moment, 'event' | 'data' | 'at' | 'poll'> {
  /** All that is told of it but its numbers and times, as they are kept. */
  readonly json: string
}

export function newConnection(id: number, { session, arrival, arrived }: Trace): Connection {
  const { producer, facts } = arrival
  const pc = pcOf(arrived.item)
  const peer = arrived.item.peerId ?? ''
  // Of ours each has a pc; of a plain body there is none, and each peer is one.
  const room = peer !== '' && (pc !== '' || producer === null) ? facts.roomId : null
  return {
    ...{ id, session, producer: producer ?? '', pc, peer },
    ...{ peerName: null, userId: null, userAt: 0, room },
    ...{ firstAt: Infinity, lastAt: -Infinity, lastItem: 0, receivedAt: 0, polls: 0, events: 0 },
    ...{ state: null, stateRank: -1, scoreSum: 0, scored: 0, freezes: 0, lastRank: -1, last: null },
    troubles: noTroubles(),
  }
}

export function newProducer({ session, arrival }: Trace): Producer {
  return {
    ...{ session, producer: arrival.producer ?? '', items: 0, lastSeq: -1, lastItem: 0 },
    ...{ receivedAt: 0, clients: newClients(), dropped: {}, queue: null, queueAt: 0 },
  }
}

/** Of ours, `''` where none is meant; of a plain body always. */
export function pcOf(item: ArrivedItem['item']): string {
  return ('pcId' in item && item.pcId) || ''
}

export function fold(connection: Connection, trace: Trace, told: Told, receivedAt: number): void {
  const { arrival, arrived, id } = trace
  const { facts, exportedAt } = arrival
  const { seq } = arrived
  const { at, poll, json } = told
  connection.lastItem = id
  connection.receivedAt = receivedAt
  connection.firstAt = Math.min(connection.firstAt, at)
  connection.lastAt = Math.max(connection.lastAt, at)
  connection.peerName ??= arrived.peerName
  if (facts.userId !== null && exportedAt >= connection.userAt) {
    connection.userId = facts.userId
    connection.userAt = exportedAt
  }
  // A connection that was in a room before its page named one goes there with it.
  if (connection.room === arrival.sessionId) connection.room = facts.roomId
  // A sender's numbers are in the order of capture; its clock may be set back.
  const rank = seq ?? at
  const state = stateIn(told)
  if (state !== null && rank >= connection.stateRank) {
    connection.state = state
    connection.stateRank = rank
  }
  tally(connection, poll, 1)
  if (!poll || rank < connection.lastRank) return
  connection.lastRank = rank
  // A moment is told as JSON already: to write it once more would cost as much again.
  connection.last = `{"id":${id},"seq":${seq},"at":${at},"lateMs":${receivedAt - at},${json.slice(1)}`
}

/** Counts an item; with -1 it is taken back, for another stands in its place. */
export function tally(connection: Connection, poll: Poll | null, sign: 1 | -1): void {
  if (!poll) {
    connection.events += sign
    return
  }
  connection.polls += sign
  connection.freezes += sign * (poll.ways[INBOUND_VIDEO]?.[FREEZES] ?? 0)
  countTroubles(connection.troubles, poll, sign)
  if (poll.score === null) return
  connection.scoreSum += sign * poll.score
  connection.scored += sign
}

const INBOUND_VIDEO = WAYS.indexOf('video.inbound')
const FREEZES = MEASURES.indexOf('freezeCount')

export function foldSender(producer: Producer, trace: Trace, receivedAt: number): void {
  const { id, arrived, replaces } = trace
  if (replaces === null) producer.items += 1
  producer.lastSeq = Math.max(producer.lastSeq, arrived.seq ?? -1)
  producer.lastItem = id
  producer.receivedAt = receivedAt
  const given = dropIn(arrived.item)
  if (given && replaces === null) {
    producer.dropped[given.reason] = (producer.dropped[given.reason] ?? 0) + given.count
  }
}

/** Once for a body is enough. */
export function foldFacts(producer: Producer, { facts, exportedAt }: Arrival): void {
  if (facts.queue !== null && exportedAt >= producer.queueAt) {
    producer.queue = facts.queue
    producer.queueAt = exportedAt
  }
  // What the app names itself is of no use here, and may be long.
  addFacts(producer.clients, { ...facts, keys: {} }, exportedAt)
}
