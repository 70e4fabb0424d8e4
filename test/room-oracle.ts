// The record of a room recomputed from the raw reports that were kept, by METRICS.md B and C and nothing of the rooms.
import type { KeptItem } from '../collector/src/facts.ts'
import { agentOf } from '../collector/src/rooms/agent.ts'
import { createRater } from './oracle/ratings.ts'
import type { PeerRecord, RoomRecord, Stats } from './oracle/record.ts'
import type { AnyItem } from './oracle/report.ts'
import { toldOnly } from './oracle/told.ts'
import { setupTimeOf } from './oracle/setup.ts'
import { mean, mediaOf, pool, round, sumUp, total, unionSeconds } from './oracle/sums.ts'
import type { RatedPoll, Sums } from './oracle/sums.ts'
import { walk } from './oracle/walk.ts'

interface Participant {
  readonly id: string
  readonly items: readonly KeptItem[]
  readonly connections: readonly (readonly AnyItem[])[]
  readonly polls: readonly RatedPoll[]
  readonly sums: Readonly<Record<'audioSend' | 'audioRecv' | 'videoSend' | 'videoRecv', Sums>>
  readonly mos: number
  readonly score: number
  readonly setupMs: number | null
}

/** `kept`: all items of one room, in the order in which they came. They have to have a peer, and full reports. */
export function recomputeRoom(
  kept: readonly KeptItem[],
  roomUrl: (roomId: string) => string,
): RoomRecord {
  const items = inOrder(kept).filter(({ item }) => item.peerId !== null && item.tag !== 'summary')
  if (items.length === 0) throw new Error('a room without peers has no record')
  const participants = [...groupBy(items, participantOf(kept))].map(participate)
  const times = items.map(({ item }) => Date.parse(item.timestamp))
  const [start, end] = [Math.min(...times), Math.max(...times)]
  const roomId = kept[0]?.facts.roomId ?? ''
  const pooled = (name: keyof Participant['sums']) =>
    pool(participants.map(({ sums }) => sums[name]))
  const meanOver = (of: (participant: Participant) => number | null): number =>
    mean(participants.map((each) => ({ value: of(each) ?? NaN, weight: 1 })))
  return {
    room_url: roomUrl(roomId),
    room_id: roomId,
    start_time: new Date(start).toISOString(),
    end_time: new Date(end).toISOString(),
    duration: Math.floor((end - start) / 1000),
    users: participants.length,
    stats: {
      mos: round(
        meanOver(({ mos }) => mos),
        2,
      ),
      score: round(
        meanOver(({ score }) => score),
        1,
      ),
      call_setup_time: round(
        meanOver(({ setupMs }) => setupMs),
        0,
      ),
      audio: mediaOf(pooled('audioSend'), pooled('audioRecv'), 'audio', false),
      video: mediaOf(pooled('videoSend'), pooled('videoRecv'), 'video', false),
    },
    peers: participants.map(peerRecord),
  }
}

/** Once each, the whole one where there is one; those of a producer by its numbers. */
function inOrder(kept: readonly KeptItem[]): KeptItem[] {
  const seqOf = ({ item }: KeptItem): number => ('seq' in item ? item.seq : 0)
  const isPartial = ({ item }: KeptItem): boolean => 'partial' in item && item.partial === true
  const once = new Map<string, KeptItem>()
  for (const [index, each] of kept.entries()) {
    const key = each.producer === null ? `plain ${index}` : `${seqOf(each)} of ${each.producer}`
    const before = once.get(key)
    if (!before || (isPartial(before) && !isPartial(each))) once.set(key, each)
  }
  return [...once.values()].sort((a, b) =>
    a.producer === b.producer
      ? seqOf(a) - seqOf(b)
      : (a.producer ?? '') < (b.producer ?? '')
        ? -1
        : 1,
  )
}

/** Who logs in late is who it was before; who never does is the peer. */
function participantOf(kept: readonly KeptItem[]): (each: KeptItem) => string {
  const users = new Map<string, string>()
  for (const { producer, facts } of byExport(kept)) {
    if (producer !== null && facts.userId !== null) users.set(producer, facts.userId)
  }
  return ({ producer, item }) => users.get(producer ?? '') ?? item.peerId ?? ''
}

function byExport(kept: readonly KeptItem[]): KeptItem[] {
  return kept.toSorted((a, b) => a.exportedAt - b.exportedAt)
}

function participate([id, items]: readonly [string, readonly KeptItem[]]): Participant {
  const onConnections = items.filter(
    ({ producer, item }) => producer === null || ('pcId' in item && item.pcId !== null),
  )
  const connections = [
    ...groupBy(onConnections, ({ producer, sessionId, item }) =>
      producer === null
        ? `plain ${sessionId} ${item.peerId}`
        : `${producer} ${'pcId' in item ? item.pcId : ''}`,
    ).values(),
  ].map((list) => list.map(({ item }) => item))
  const polls = connections.flatMap((connection) => {
    const rate = createRater()
    return walk(connection).map((poll) => ({ poll, own: toldOnly(poll, rate(poll)) }))
  })
  const sums = {
    audioSend: sumUp(polls, 'audio', 'send'),
    audioRecv: sumUp(polls, 'audio', 'recv'),
    videoSend: sumUp(polls, 'video', 'send'),
    videoRecv: sumUp(polls, 'video', 'recv'),
  }
  const both = [sums.audioSend, sums.audioRecv].map(({ mos }) => ({ value: mean(mos), weight: 1 }))
  const scores = polls.map(({ poll, own }) => ({
    value: own.score,
    weight: unionSeconds(poll.streams),
  }))
  return {
    ...{ id, items, connections, polls, sums },
    mos: mean(both),
    score: mean(scores),
    setupMs: setupTimeOf(connections),
  }
}

function peerRecord({ id, items, polls, sums, mos, score, setupMs }: Participant): PeerRecord {
  const times = items.map(({ item }) => Date.parse(item.timestamp))
  const start = Math.min(...times)
  const facts = byExport(items).map((each) => each.facts)
  const last = facts.at(-1)
  if (!last) throw new Error(`${id} has no items`)
  const { os, osVersion, browser, browserVersion } = agentOf(last.userAgent, last.hints)
  const stats: Stats = {
    mos: round(mos, 2),
    score: round(score, 1),
    call_setup_time: setupMs,
    audio: mediaOf(sums.audioSend, sums.audioRecv, 'audio', true),
    video: mediaOf(sums.videoSend, sums.videoRecv, 'video', true),
  }
  return {
    peer_id: id,
    ...{ os, os_version: osVersion, browser, browser_version: browserVersion },
    location: last.location,
    sdk_version: last.sdkVersion,
    start_time: new Date(start).toISOString(),
    duration: Math.floor((Math.max(...times) - start) / 1000),
    keys: Object.assign({}, ...facts.map(({ keys }) => keys)),
    features: pathOf(polls),
    stats,
    audio_device: deviceOf(items, 'audio'),
    video_device: deviceOf(items, 'video'),
  }
}

/** The pair that was in use longest. */
function pathOf(polls: readonly RatedPoll[]): PeerRecord['features'] {
  const pairs = polls.flatMap(({ poll: { pair } }) => pair ?? [])
  const [longest] = [
    ...groupBy(pairs, (pair) => `${pair.isRelayed} ${pair.transport}`).values(),
  ].sort((a, b) => total(b.map(({ seconds }) => seconds)) - total(a.map(({ seconds }) => seconds)))
  const pair = longest?.[0]
  if (!pair) return { connection_type: null, media_transport: null }
  return { connection_type: pair.isRelayed ? 'TURN' : 'DIRECT', media_transport: pair.transport }
}

/** From one item to the next the device is that of the later one's batch. */
function deviceOf(items: readonly KeptItem[], kind: 'audio' | 'video'): string | null {
  const timed = items
    .map(({ item, facts }) => ({ at: Date.parse(item.timestamp), label: facts.devices[kind] }))
    .sort((a, b) => a.at - b.at)
  const times = new Map<string, number>()
  for (const [index, { at, label }] of timed.entries()) {
    if (label === null) continue
    times.set(label, (times.get(label) ?? 0) + at - (timed[index - 1]?.at ?? at))
  }
  return [...times].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null
}

function groupBy<Each>(list: readonly Each[], keyOf: (each: Each) => string): Map<string, Each[]> {
  const groups = new Map<string, Each[]>()
  for (const each of list) {
    const group = groups.get(keyOf(each)) ?? []
    group.push(each)
    groups.set(keyOf(each), group)
  }
  return groups
}
