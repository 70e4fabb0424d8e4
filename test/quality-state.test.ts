import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { derive } from '../workers/derive.ts'
import { normalize } from '../workers/normalize.ts'
import { judge } from '../workers/quality.ts'
import { POLL_MS, stat } from './deriving.ts'
import { audioIn, audioOut, judgeEach, path, receiverReport, videoIn, videoOut } from './judging.ts'

/** A poll with something of everything, of the second that ends with it. */
const everything = (second: number, id = ''): Stat[] => {
  const at = 1000 * second
  const sent = { packetsSent: 50 * second, bytesSent: 5000 * second, mediaSourceId: `s${id}` }
  const received = {
    ...{ packetsReceived: 50 * second, bytesReceived: 5000 * second, packetsLost: second },
    ...{ codecId: 'codec', jitter: 0.01 },
  }
  const picture = { frameWidth: 640, frameHeight: 360 }
  return [
    ...path(at, { responsesReceived: second, totalRoundTripTime: second / 10 }),
    stat('transport', at, { iceLocalUsernameFragment: `ufrag${second}` }, `transport${id}`),
    stat('codec', at, { mimeType: 'audio/opus' }, 'codec'),
    audioIn(at, received, `ai${id}`),
    videoIn(at, { ...received, ...picture, framesDecoded: 30 * second }, `vi${id}`),
    audioOut(at, sent, `ao${id}`),
    receiverReport(at, `ao${id}`, { packetsLost: 2 * second, jitter: 0.02 }),
    videoOut(at, { ...sent, ...picture, mid: `m${id}`, framesSent: 25 * second }, `vo${id}`),
  ]
}

/** Fails whoever writes to it. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(frozen)
  }
  return value
}

const occasion = { callSetupMs: 549, skewMs: 6000 }
const polls = [0, 1, 2, 3].map((second) => everything(second))

describe('judge', () => {
  it('says something of everything here', () => {
    const [, , , last] = judgeEach(polls, occasion)
    expect(Object.keys(last?.quality ?? {})).toEqual([
      ...['selectedPair', 'audio', 'video', 'audioMos', 'videoScore', 'score', 'muted'],
      ...['callSetupMs', 'iceRestart', 'clockSkewMs'],
    ])
    expect(Object.keys(last?.quality.audioMos ?? {})).toEqual(['ai', 'ao'])
    expect(Object.keys(last?.quality.videoScore ?? {})).toEqual(['vi', 'vo'])
  })

  it('changes nothing of what it gets, and says the same of the same', () => {
    let [derivedState, judgedState]: [never | null, never | null] = [null, null]
    for (const poll of frozen(structuredClone(polls))) {
      const groups = frozen(normalize(poll))
      const derived = frozen(derive(poll, derivedState, POLL_MS))
      const before = structuredClone(judgedState)
      const judged = frozen(judge(groups, derived, judgedState, occasion))
      expect(judge(groups, derived, judgedState, occasion)).toStrictEqual(judged)
      expect(judgedState).toStrictEqual(before)
      ;[derivedState, judgedState] = [derived.state as never, judged.state as never]
    }
  })

  it('keeps nothing of streams and transports that are gone', () => {
    const [once] = judgeEach([everything(0, '0')])
    const often = judgeEach(
      Array.from({ length: 50 }, (_, second) => everything(second, `${second}`)),
    )
    for (const { state } of often) {
      expect(state.channels.size).toBe(once?.state.channels.size)
      expect(state.ufrags.size).toBe(once?.state.ufrags.size)
    }
    expect(judgeEach([...polls, []]).at(-1)?.state).toStrictEqual({
      ...{ channels: new Map(), ufrags: new Map() },
    })
  })

  it('keeps of each channel as much after an hour as after three polls', () => {
    const hour = judgeEach(Array.from({ length: 3600 }, (_, second) => everything(second)))
    const sizeOf = (poll: number) =>
      [...(hour[poll]?.state.channels.values() ?? [])].map((state) => Object.keys(state).length)
    expect(sizeOf(3599)).toEqual(sizeOf(3))
  })
})
