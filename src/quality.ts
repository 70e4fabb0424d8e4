// What an item says of how the call is: its path, sums by kind and direction, and what they are worth.

/** How the call was in the interval, of one connection. What cannot be known is absent. */
export interface Quality {
  readonly selectedPair?: SelectedPair
  /** By kind and direction, of the streams that are there. */
  readonly audio: ByWay
  readonly video: ByWay
  /** By stats id of the stream, inbound and outbound. None of one that carries nothing, or silence. */
  readonly audioMos: Readonly<Record<string, AudioMos>>
  /** Our estimate, 1..5, by stats id: of an inbound stream, or of the largest layer that a sender sends. */
  readonly videoScore: Readonly<Record<string, number>>
  /** 0..10, the mean over the streams. */
  readonly score?: number
  /** Audio streams that carry silence: a muted track still sends packets. */
  readonly muted: readonly string[]
  /** From the first offer or answer to `connected`. Null where it cannot be known any more. */
  readonly callSetupMs: number | null
  /** The ICE user name fragment is another one than at the poll before. */
  readonly iceRestart?: true
  /** The clock of the statistics is off by so much, more than 5 s: the machine slept. `timestamp` is right. */
  readonly clockSkewMs?: number
}

export interface ByWay {
  readonly inbound?: Aggregate
  readonly outbound?: Aggregate
}

/** `udp`, `tcp`, `tls` directly, or over a TURN server. */
export type PathKind = 'udp' | 'tcp' | 'tls' | 'turn-udp' | 'turn-tcp' | 'turn-tls'

export interface SelectedPair {
  /** Stats id. */
  readonly id: string
  readonly path?: PathKind
  /** Of the local candidate. */
  readonly protocol?: string
  /** The mean of the interval, else as last measured. */
  readonly rttMs?: number
}

/** All streams of one kind and direction together: sums of what was counted, never means of rates. */
export interface Aggregate {
  /** How many; of simulcast each layer is one. */
  readonly streams: number
  /** bit/s */
  readonly bitrate?: number
  readonly lossPct?: number
  /** Mean over the streams, weighted by time. */
  readonly jitterMs?: number
  readonly rttMs?: number
  /** Of the largest stream that goes on. */
  readonly fps?: number
  readonly width?: number
  readonly height?: number
  readonly codec?: string
  readonly encodeMs?: number
  /** Simulcast layers that sent frames. */
  readonly layersActive?: number
  /** bit/s, the highest of the layers that are active. */
  readonly targetBitrate?: number
  /** Means over the streams. */
  readonly mos?: number
  readonly score?: number
}

/** Mean opinion score, 1..4.5, with what it was computed of (ITU-T G.107, G.107.2). */
export interface AudioMos {
  readonly mos: number
  /** The rating it was made of. */
  readonly r: number
  /** One way, with packetization and jitter buffer. */
  readonly delayMs: number
  /** Of what was sent, with what came too late to be played. */
  readonly lossPct: number
  readonly jitterMs?: number
  readonly jitterBufferDelayMs?: number
  /** Absent where unknown: then it was taken as 0. */
  readonly rttMs?: number
  readonly codec?: string
}
