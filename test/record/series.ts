// The format of a recording: what was read of a call's connections, and what happened to them.
import type { Stat } from '../../src/stats.ts'

/** When something was noted: on the page's clock of statistics, and on the wall clock, both ms since the Unix epoch. */
interface Noted {
  readonly t: number
  readonly wall: number
}

export interface SeriesEvent extends Noted {
  /** A step of the script, or `<pcId>:<event>`. */
  readonly name: string
  /** Of a connection's event: `connectionState/iceConnectionState/iceGatheringState/signalingState`. */
  readonly value?: string
}

export interface SeriesPoll extends Noted {
  readonly report: readonly Stat[]
}

interface SeriesConnection {
  readonly pcId: string
  readonly polls: readonly SeriesPoll[]
}

/** What a page can tell of its call. */
export interface Recorded {
  readonly userAgent: string
  readonly events: readonly SeriesEvent[]
  readonly peerConnections: readonly SeriesConnection[]
}

/** A whole `*.series.json`. */
export interface Series extends Recorded {
  /** Where it is from: the browser with its version, or that it is synthetic. */
  readonly source: string
}

/** JSON with one event and one poll a line, so that a difference can be read. */
export function toText({ source, userAgent, events, peerConnections }: Series): string {
  const connections = peerConnections.map(
    ({ pcId, polls }) => `{"pcId":${JSON.stringify(pcId)},"polls":${linesOf(polls)}}`,
  )
  return `{"source":${JSON.stringify(source)},
"userAgent":${JSON.stringify(userAgent)},
"events":${linesOf(events)},
"peerConnections":[${connections.join(',')}]}
`
}

function linesOf(values: readonly object[]): string {
  return `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`
}
