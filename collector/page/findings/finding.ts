// What was found out about a call, and where to look at it.
import type { Tone } from '../ui/tone.ts'

/** Whose fault it was, where the numbers say so. */
export type Cause = 'network' | 'CPU' | 'bandwidth' | 'far end' | 'client'

/** One thing that went wrong, or that one has to know to read the plots. */
export interface Finding {
  /** ms since the Unix epoch; as `to` where it took no time. */
  readonly from: number
  readonly to: number
  /** A sentence without its full stop. */
  readonly text: string
  /** Null where the numbers do not tell. */
  readonly cause: Cause | null
  readonly tone: Tone
}

/** As it is said after a finding. */
export const CAUSES: Readonly<Record<Cause, string>> = {
  network: 'the network',
  CPU: 'too little CPU in this client',
  bandwidth: 'too little bandwidth to send',
  'far end': 'the far end, which sent no more',
  client: 'this client',
}
