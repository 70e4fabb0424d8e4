// Everybody who is measured: what they are, how often, and by how much we are to be cheaper.

export interface Contender {
  /** As the tables name it. */
  readonly label: string
  /** Blocks of a call. */
  readonly times: number
  /** What it reads leaves the page. */
  readonly ships: boolean
}

export interface Peer extends Contender {
  /** Of its package. */
  readonly label: string
  /** What it does with what it has read, and what it needs for that here. */
  readonly note: string
  /** Ours is to be cheaper by this factor at least; absent where only the cheapest that ships counts. */
  readonly atLeast?: number
}

/** `page/own.ts` makes them. */
const OWN = {
  idle: { label: 'idle loop', times: 2, ships: false },
  getStats: { label: 'getStats() only', times: 2, ships: false },
  floor: { label: 'read floor', times: 4, ships: false },
  clone: { label: 'read floor + clone to a worker', times: 2, ships: false },
  ours: { label: 'ours', times: 4, ships: true },
} as const satisfies Readonly<Record<string, Contender>>

/** `peers/<name>.ts` makes them; their packages are pinned in `peers/package.json`. */
export const PEERS = {
  rtcstats: {
    label: 'rtcstats',
    times: 2,
    ships: true,
    atLeast: 3,
    note: 'its own WebSocket; asks today’s Chromium by callback, which has not existed since 117: led to its standard path',
  },
  jitsi: {
    label: '@jitsi/rtcstats',
    times: 2,
    ships: true,
    atLeast: 3,
    note: 'its own WebSocket',
  },
  peermetrics: {
    label: '@peermetrics/webrtc-stats',
    times: 2,
    ships: true,
    atLeast: 3,
    note: 'no transport: each `stats` event goes by fetch',
  },
  observertc: {
    label: '@observertc/client-monitor-js',
    times: 2,
    ships: true,
    note: 'no transport: each sample, one a poll, goes by WebSocket',
  },
  'issue-detector': {
    label: 'webrtc-issue-detector',
    times: 1,
    ships: false,
    note: 'nothing leaves the page; asks each receiver and sender',
  },
} as const satisfies Readonly<Record<string, Peer>>

export type OwnName = keyof typeof OWN
export type PeerName = keyof typeof PEERS
export type ContenderName = OwnName | PeerName

export const CONTENDERS: Readonly<Record<ContenderName, Contender>> = { ...OWN, ...PEERS }

export const CONTENDER_NAMES = Object.keys(CONTENDERS) as ContenderName[]

export const isPeer = (name: ContenderName): name is PeerName => name in PEERS
