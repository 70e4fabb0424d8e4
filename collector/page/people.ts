// Who takes part: connections put together by whose they are, as one row each.
import { LEAST_SOUND } from '../src/live/limits.ts'
import type { ConnectionView, Mark, Poll, Way } from '../src/live/views.ts'
import { leastOf, mostOf, numberOf, sumOf } from './numbers.ts'

/** One of those who take part. Whoever has not changed is the same object. */
export interface Person {
  readonly participant: string
  /** Null where nobody said. */
  readonly name: string | null
  /** The one that was heard of last comes first. */
  readonly connections: readonly [ConnectionView, ...ConnectionView[]]
  /** Of all polls, 0..10; null where none was rated. */
  readonly score: number | null
  /** As last said; of several that run the worst. */
  readonly state: string | null
  /** Freezes of what it receives, in the whole call. */
  readonly freezes: number
  /** ms since the Unix epoch, by the collector's clock. */
  readonly heardAt: number
  /** It has not left, and nothing was heard of it while others were. */
  readonly isSilent: boolean
  /** All of its connections are over. */
  readonly hasLeft: boolean
  /** The last poll of each connection that runs; where none does, of the newest. */
  readonly last: Latest
}

/** What the last polls say: sums of bitrates, else the worst of them. Null is not known. */
interface Latest {
  readonly score: number | null
  readonly mos: number | null
  /** As in a poll, each once. */
  readonly paths: readonly string[]
  readonly rttMs: number | null
  readonly jitterMs: number | null
  readonly lossInPct: number | null
  /** As the far end says. */
  readonly lossOutPct: number | null
  /** bit/s */
  readonly bitrateIn: number | null
  readonly bitrateOut: number | null
  readonly videoIn: Picture | null
  readonly videoOut: Picture | null
  readonly freezePct: number | null
  /** Of what comes; null where none does. */
  readonly concealmentPct: number | null
  readonly cpuPct: number | null
  readonly bandwidthPct: number | null
  readonly marks: readonly Mark[]
  readonly isPartial: boolean
}

/** The largest picture of one direction. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly fps: number | null
}

/** A connection that is silent for longer than others of the same participant is not what runs; nor is a participant. */
const SILENT_MS = 30_000

/** From the worst to the best. */
const STATES = ['failed', 'disconnected', 'new', 'connecting', 'connected']

/** In the order in which they came; `before` is what it said last, and what has not changed is taken from there. */
export function peopleOf(
  connections: Iterable<ConnectionView>,
  before: readonly Person[] = [],
): Person[] {
  const known = new Map(before.map((person) => [person.participant, person]))
  const groups = new Map<string, [ConnectionView, ...ConnectionView[]]>()
  for (const connection of connections) {
    const group = groups.get(connection.participant)
    if (group) group.push(connection)
    else groups.set(connection.participant, [connection])
  }
  const newestAt = Math.max(...[...groups.values()].map(heardOf))
  return [...groups].map(([participant, own]) => {
    own.sort((one, other) => other.lastAt - one.lastAt || other.id - one.id)
    const isSilent = !own.every(isOver) && newestAt - heardOf(own) > SILENT_MS
    const person = known.get(participant)
    if (person?.isSilent === isSilent && isSame(person.connections, own)) return person
    return personOf(participant, own, isSilent)
  })
}

function heardOf(connections: readonly ConnectionView[]): number {
  return Math.max(...connections.map(({ from }) => from.receivedAt))
}

function isOver({ state }: ConnectionView): boolean {
  return state === 'closed' || state === 'removed'
}

function personOf(
  participant: string,
  connections: readonly [ConnectionView, ...ConnectionView[]],
  isSilent: boolean,
): Person {
  const scored = connections.filter(({ score }) => score !== null)
  const polls = sumOf(scored.map((connection) => connection.polls)) ?? 0
  const running = runningOf(connections)
  return {
    participant,
    name: connections.find(({ peerName }) => peerName)?.peerName ?? null,
    connections,
    score:
      polls === 0 ? null : (sumOf(scored.map((own) => (own.score ?? 0) * own.polls)) ?? 0) / polls,
    state: worstOf(running.map(({ state }) => state)),
    freezes: connections.reduce((sum, { freezes }) => sum + freezes, 0),
    heardAt: heardOf(connections),
    isSilent,
    hasLeft: connections.every(isOver),
    last: latestOf(running),
  }
}

/** A page that was loaded anew left connections behind that nobody closed. */
function runningOf(
  connections: readonly [ConnectionView, ...ConnectionView[]],
): readonly ConnectionView[] {
  const newest = connections[0]
  const running = connections.filter(
    (connection) => !isOver(connection) && newest.lastAt - connection.lastAt <= SILENT_MS,
  )
  return running.length === 0 ? [newest] : running
}

function worstOf(states: readonly (string | null)[]): string | null {
  return (
    STATES.find((state) => states.includes(state)) ?? states.find((state) => state !== null) ?? null
  )
}

function latestOf(running: readonly ConnectionView[]): Latest {
  const polls = running.flatMap(({ last }) => last?.poll ?? [])
  const of = (ways: readonly Way[], measure: Parameters<typeof numberOf>[2]) =>
    polls.flatMap((poll) => ways.map((way) => numberOf(poll, way, measure)))
  return {
    score: leastOf(polls.map(({ score }) => score)),
    mos: leastOf(of(ALL, 'mos')),
    paths: [...new Set(polls.flatMap(({ path }) => path ?? []))],
    rttMs: mostOf(polls.map(({ rttMs }) => rttMs)) ?? mostOf(of(ALL, 'rttMs')),
    jitterMs: mostOf(of(IN, 'jitterMs')) ?? mostOf(of(OUT, 'jitterMs')),
    lossInPct: mostOf(of(IN, 'lossPct')),
    lossOutPct: mostOf(of(OUT, 'lossPct')),
    bitrateIn: sumOf(of(IN, 'bitrate')),
    bitrateOut: sumOf(of(OUT, 'bitrate')),
    videoIn: pictureOf(polls, 'video.inbound'),
    videoOut: pictureOf(polls, 'video.outbound'),
    freezePct: mostOf(of(IN, 'freezePct')),
    concealmentPct: mostOf(
      polls.map((poll) =>
        (numberOf(poll, 'audio.inbound', 'bitrate') ?? Infinity) < LEAST_SOUND
          ? null
          : numberOf(poll, 'audio.inbound', 'concealmentPct'),
      ),
    ),
    cpuPct: mostOf(of(OUT, 'cpuPct')),
    bandwidthPct: mostOf(of(OUT, 'bandwidthPct')),
    marks: [...new Set(polls.flatMap(({ marks }) => marks))],
    isPartial: running.some(({ last }) => last?.isPartial === true),
  }
}

const IN: readonly Way[] = ['audio.inbound', 'video.inbound']
const OUT: readonly Way[] = ['audio.outbound', 'video.outbound']
const ALL: readonly Way[] = [...IN, ...OUT]

function pictureOf(polls: readonly Poll[], way: Way): Picture | null {
  let largest: Picture | null = null
  for (const poll of polls) {
    const width = numberOf(poll, way, 'width')
    const height = numberOf(poll, way, 'height')
    if (width === null || height === null) continue
    if (largest && width * height <= largest.width * largest.height) continue
    largest = { width, height, fps: numberOf(poll, way, 'fps') }
  }
  return largest
}

function isSame(one: readonly ConnectionView[], other: readonly ConnectionView[]): boolean {
  return one.length === other.length && one.every((connection, at) => connection === other[at])
}
