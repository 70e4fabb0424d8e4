// From when on a number is worth a word: one place for what is counted, and for all that the page says.

/** Below it concealment and retransmission hide it: what the ITU calls noticeable for speech begins at 3 %. */
export const LOSS_PCT = 3
/** Loss of one poll alone is an accident, unless it is as much as this. */
export const HEAVY_LOSS_PCT = 10
/** G.114: beyond 150 ms each way people talk into each other's words; buffers take the other 50. */
export const RTT_MS = 250
/** Half a second: nobody knows whose turn it is. */
export const LONG_RTT_MS = 500
/** A receiver's buffer grows with jitter; beyond three frames of speech it is heard, or the delay is. */
export const JITTER_MS = 60
/** More than a buffer takes up without being heard. */
export const HEAVY_JITTER_MS = 150
/** One word in ten is made up. */
export const CONCEALED_PCT = 10
/** One in five: one has to ask again. */
export const HEAVY_CONCEALED_PCT = 20
/** bit/s: who has left, or says nothing, sends less; what is made up of that is nothing. */
export const LEAST_SOUND = 1000
/** Of an interval of 2 s, 100 ms: a freeze that is shorter is none. */
export const FROZEN_PCT = 5
/** It stands more often than the eye forgives. */
export const HEAVY_FROZEN_PCT = 20
/** A third of the frames is missing: it stutters. */
export const LOW_SHARE = 0.65
/** Half of what was aimed at: a picture that is visibly worse. */
export const LOW_TARGET_SHARE = 0.5
/** Of an interval, that an encoder was held back. */
export const LIMITED_PCT = 20
/** An encoder begins small and grows: libwebrtc takes so long to full size on a good line. */
export const START_MS = 20_000
/** Whatever began it: held back for that long is not a beginning. */
export const LONG_MS = 60_000
/** Buffers fill, and what they lack until then stands still or is concealed. */
export const BEGIN_MS = 10_000
/** A queue in a router: round trips grow by it before anything is lost, and not where packets are lost at random. */
export const QUEUED_MS = 100
/** Twice what a batch waits for (5 s), and an attempt that timed out (10 s). */
export const LATE_MS = 20_000
/** Five minutes: what comes then is no help to the call. */
export const VERY_LATE_MS = 300_000
/** Clocks that are kept by the network differ by less. */
export const CLOCK_MS = 10_000
/** Calls are set up in one second; after so many somebody says "hello?". */
export const SLOW_SETUP_MS = 5000
/** A call that is not connected by then is not going to be. */
export const NEVER_MS = 15_000
