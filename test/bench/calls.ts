// Reports of calls as large as wanted, made of the recordings: their streams many times, and their counters go on.
import type { Stat } from '../../src/stats.ts'
import { pollsOf, readRecording } from '../recordings.ts'

/** How a call is read: the report of each poll, with new objects and all counters moved on. */
export type ReadCall = (poll: number, timestamp: number) => Stat[]

/** In the recording both connections have audio and video at these, and its counters have moved in between. */
const [EARLIER, LATER] = [8, 13]
const SECONDS_BETWEEN_POLLS = 2

const recording = readRecording('chromium')
const INBOUND = /^(inbound-rtp|remote-outbound-rtp|media-playout)$/

/** One connection that sends audio and video, and receives both of each of so many others. */
export function mediaCall(others: number, isSending: boolean): ReadCall {
  const [sender = [], receiver = []] = ['a', 'b'].map(movingIn)
  const streams = receiver.filter(({ stat }) => INBOUND.test(stat.type))
  const rest = isSending ? sender : receiver.filter(({ stat }) => !INBOUND.test(stat.type))
  const received = Array.from({ length: others }, (_, index) =>
    streams.map(({ stat, perSec }) => ({ stat: copyOf(stat, index), perSec })),
  )
  const all = [...rest, ...received.flat()]
  return (poll, timestamp) =>
    all.map(({ stat, perSec }) => {
      const moved: Record<string, unknown> = { ...stat, timestamp: timestamp - (poll % 3) / 8 }
      for (const [member, rate] of perSec) {
        const grown = rate * SECONDS_BETWEEN_POLLS * (poll + ((poll * 7) % 5) / 10)
        moved[member] =
          (stat[member] as number) + (Number.isInteger(rate) ? Math.round(grown) : grown)
      }
      return moved as unknown as Stat
    })
}

interface Moving {
  readonly stat: Stat
  /** By member: so much a second. */
  readonly perSec: readonly [member: string, rate: number][]
}

/** What a connection of the recording had, and how its counters moved. */
function movingIn(pcId: string): Moving[] {
  const polls = pollsOf(recording, pcId)
  const [earlier, later] = [polls[EARLIER], polls[LATER]]
  if (!earlier || !later) throw new Error(`the recording has no such polls of ${pcId}`)
  const seconds = (later.t - earlier.t) / 1000
  return later.report.map((stat) => {
    const before = earlier.report.find(({ id }) => id === stat.id)
    const perSec = Object.entries(stat).flatMap(([member, value]): [string, number][] => {
      const grown = Number(value) - Number(before?.[member])
      if (typeof value !== 'number' || member === 'timestamp' || !(grown > 0)) return []
      return [[member, Number.isInteger(value) ? Math.ceil(grown / seconds) : grown / seconds]]
    })
    return { stat, perSec }
  })
}

/** Another stream just like it: an id, an ssrc and references of its own. */
function copyOf(stat: Stat, index: number): Stat {
  const copied: Record<string, unknown> = { ...stat, id: `${stat.id}-${index}` }
  for (const member of ['remoteId', 'localId', 'trackIdentifier', 'mid', 'playoutId']) {
    if (typeof stat[member] === 'string') copied[member] = `${stat[member]}-${index}`
  }
  if (typeof stat['ssrc'] === 'number') copied['ssrc'] = stat['ssrc'] + index
  return copied as unknown as Stat
}
