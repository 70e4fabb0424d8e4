// Holds what the exporter told of a poll to what our own formulas make of the same report: for the room oracle.
import type { StatsData } from '../../src/wire.ts'
import type { PollRating } from './ratings.ts'
import type { WalkedPoll } from './walk.ts'

const TOLERANCE = 1e-6
const NO_RATING = { mos: NaN, score: NaN }
const NOTHING: PollRating = {
  of: {
    audio: { send: NO_RATING, recv: NO_RATING },
    video: { send: NO_RATING, recv: NO_RATING },
  },
  score: NaN,
}

/**
 * Our own ratings, none where the exporter told none.
 * @throws where it told another one
 */
export function toldOnly({ item }: WalkedPoll, own: PollRating): PollRating {
  const { quality } = item.data as StatsData
  if (!quality) return NOTHING
  const check = (what: string, told = NaN, made: number): void => {
    if (Number.isNaN(told) ? Number.isNaN(made) : Math.abs(told - made) < TOLERANCE) return
    throw new Error(`${item.peerId}, ${item.timestamp}: ${what} is told as ${told}, not ${made}`)
  }
  check('score', quality.score, own.score)
  for (const kind of ['audio', 'video'] as const) {
    const { inbound, outbound } = quality[kind]
    for (const name of ['mos', 'score'] as const) {
      check(`${name} of sent ${kind}`, outbound?.[name], own.of[kind].send[name])
      check(`${name} of received ${kind}`, inbound?.[name], own.of[kind].recv[name])
    }
  }
  return own
}
