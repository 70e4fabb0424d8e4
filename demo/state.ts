// What the page shows: all of it, in one object that is never changed but replaced.
import type { EventLine } from '../collector/page/ui/event-list.tsx'
import { addSample, noSamples } from './samples.ts'
import type { Samples } from './samples.ts'
import { MEASURES, STREAMS } from './streams.ts'
import type { Measure, Reading, StreamName } from './streams.ts'

export const PEERS = ['alice', 'bob'] as const
export type PeerId = (typeof PEERS)[number]

/** By which the states of a connection are known, and shown. */
export const STATES = {
  connectionState: 'Connection',
  iceConnectionState: 'ICE',
  iceGatheringState: 'Gathering',
  signalingState: 'Signaling',
} as const
export type StateName = keyof typeof STATES

export interface PeerState {
  readonly states: Readonly<Record<StateName, string>>
  /** 0..10; null where nothing is to be rated. */
  readonly score: number | null
  readonly samples: Readonly<Record<StreamName, Samples<Measure>>>
  /** What each stream carries, in words. */
  readonly media: Readonly<Record<StreamName, string>>
  /** What it receives; null before the first call. */
  readonly remote: MediaStream | null
}

/** The way of the items. */
export interface ExportState {
  readonly captured: number
  /** Items that are not acked. */
  readonly waiting: number
  /** Of this session: items an earlier call left behind are delivered too, and not counted here. */
  readonly acked: number
  readonly batches: number
  readonly errors: number
  readonly lastAnswer: string
  /** What is wrong; empty while all is well. */
  readonly note: string
  readonly depths: Samples<'depth'>
}

export type Fault = 'none' | 'offline' | 'slow'

export interface DemoState {
  /** Of the connection, or what the page does with the call. */
  readonly call: string
  readonly isRunning: boolean
  /** Nothing of the call is left to be handed over. */
  readonly isDone: boolean
  readonly sessionId: string
  readonly seconds: number
  readonly isMuted: boolean
  /** Alice sends a smaller picture. */
  readonly isSmall: boolean
  readonly fault: Fault
  /** The browser starts sound on a gesture only. */
  readonly isSilent: boolean
  readonly peers: Readonly<Record<PeerId, PeerState>>
  readonly export: ExportState
  /** The newest last. */
  readonly lines: readonly EventLine[]
}

const MAX_LINES = 500

const byStream = <Value>(value: Value): Record<StreamName, Value> => {
  const entries = STREAMS.map((name) => [name, value])
  return Object.fromEntries(entries) as Record<StreamName, Value>
}

export const NO_EXPORT: ExportState = {
  captured: 0,
  waiting: 0,
  acked: 0,
  batches: 0,
  errors: 0,
  lastAnswer: 'none yet',
  note: '',
  depths: noSamples(['depth']),
}

const NO_PEER: PeerState = {
  states: statesOf(null),
  score: null,
  samples: byStream(noSamples(MEASURES)),
  media: byStream(''),
  remote: null,
}

/** Before the first call. */
export const NOTHING: DemoState = {
  call: 'starting',
  isRunning: false,
  isDone: false,
  sessionId: '',
  seconds: 0,
  isMuted: false,
  isSmall: false,
  fault: 'none',
  isSilent: false,
  peers: { alice: NO_PEER, bob: NO_PEER },
  export: NO_EXPORT,
  lines: [],
}

/** All states at once, as they are now. */
export function statesOf(pc: RTCPeerConnection | null): PeerState['states'] {
  const names = Object.keys(STATES) as StateName[]
  const states = names.map((name) => [name, pc?.[name] ?? 'new'])
  return Object.fromEntries(states) as PeerState['states']
}

/** A new call begins: the numbers of the last one are forgotten. */
export function beginPeer(pc: RTCPeerConnection, remote: MediaStream): PeerState {
  return { ...NO_PEER, states: statesOf(pc), remote }
}

/** With the numbers of one more poll. */
export function addReading(peer: PeerState, timeSec: number, reading: Reading): PeerState {
  const media = STREAMS.map((name) => [name, reading[name].media])
  const samples = STREAMS.map((name) => [
    name,
    addSample(peer.samples[name], timeSec, reading[name].numbers),
  ])
  return {
    ...peer,
    media: Object.fromEntries(media) as PeerState['media'],
    samples: Object.fromEntries(samples) as PeerState['samples'],
  }
}

/** With one more line, and without the oldest where there are many. */
export function addLine(
  lines: readonly EventLine[],
  line: Omit<EventLine, 'id'>,
): readonly EventLine[] {
  const id = Number(lines.at(-1)?.id ?? 0) + 1
  return [...lines.slice(1 - MAX_LINES), { ...line, id }]
}
