import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { createRedactor } from '../workers/redact.ts'
import { stat } from './deriving.ts'
import { audioIn, path, videoIn } from './judging.ts'
import { eventOf, pipe, reportOf } from './piping.ts'
import { ALL, KEY } from './redacting.ts'

const NEW_STATES = {
  ...{ signalingState: 'stable', iceGatheringState: 'new' },
  ...{ connectionState: 'new', iceConnectionState: 'new' },
}

describe('an item', () => {
  /** Ids with an address and a user name fragment in them, as browsers make them. */
  const poll = (second: number): Stat[] => {
    const at = 1000 * second
    const received = (bytes: number) => ({
      ...{ packetsReceived: 50 * second, bytesReceived: bytes * second, packetsLost: 0 },
      ...{ framesDecoded: 30 * second, frameWidth: 640, frameHeight: 480 },
    })
    return [
      stat('transport', at, { selectedCandidatePairId: 'CP_Jmb2_10.0.0.7' }, 'T01'),
      stat('candidate-pair', at, { localCandidateId: 'I_10.0.0.7' }, 'CP_Jmb2_10.0.0.7'),
      stat(
        ...(['local-candidate', at] as const),
        { address: '10.0.0.7', usernameFragment: 'Jmb2', protocol: 'udp', candidateType: 'host' },
        'I_10.0.0.7',
      ),
      audioIn(at, received(5000), 'A_10.0.0.7'),
      audioIn(at, received(150), 'M_Jmb2'),
      videoIn(at, received(50_000), 'V_10.0.0.7'),
    ]
  }
  const reports = [0, 1].map((second) => reportOf(poll(second), 1000 * second))

  it('with everything redacted has the ids of its quality rewritten as those of its stats', () => {
    const { raised, kept } = pipe(reports, { redactor: createRedactor(ALL, KEY) })
    for (const { data } of [raised[1]!, kept()[1]!]) {
      const { selectedPair, audioMos = {}, videoScore = {}, muted } = data.quality!
      const [played, silent] = data.audio?.inbound ?? []
      expect(JSON.stringify(data)).not.toMatch(/10\.0\.0\.7|Jmb2/)
      expect(selectedPair?.id).toBe(data.candidatePair?.[0]?.id)
      expect(selectedPair).toMatchObject({ path: 'udp', protocol: 'udp' })
      expect(Object.keys(audioMos)).toEqual([played?.id])
      expect(Object.keys(videoScore)).toEqual([data.video?.inbound[0]?.id])
      expect(muted).toEqual([silent?.id])
    }
  })

  it.each(['udp', 'tcp', 'tls'])(
    'keeps the word turn-%s beside a fragment `turn`',
    (relayProtocol) => {
      const relay = { candidateType: 'relay', relayProtocol, usernameFragment: 'turn' }
      const [quality] = pipe([reportOf(path(0, {}, relay))], {
        redactor: createRedactor(ALL, KEY),
      }).raised.map(({ data }) => data.quality)
      expect(quality?.selectedPair?.path).toBe(`turn-${relayProtocol}`)
    },
  )

  it('with the detail `metrics` has metrics and quality on the disk, and all for who listens', () => {
    const { raised, kept } = pipe(reports, { detail: 'metrics' })
    const [, last] = raised
    expect(kept()[1]?.data).toEqual({ metrics: last?.data.metrics, quality: last?.data.quality })
    expect(last?.data.quality?.muted).toEqual(['M_Jmb2'])
    expect(last?.data.audio?.inbound).toHaveLength(2)
  })

  it('has the set-up time from when it is known, and by how much the clock is off', () => {
    const { raised } = pipe([
      eventOf(0, 'peerAdded', NEW_STATES),
      reportOf([], 50),
      eventOf(100, 'signalingStateChange', { state: 'have-local-offer' }),
      eventOf(300, 'connectionStateChange', { state: 'connected' }),
      { ...reportOf([], 400), clock: -9600 },
    ])
    const [first, last] = raised.flatMap(({ data }) => data.quality ?? [])
    expect(first).toMatchObject({ callSetupMs: null })
    expect(first).not.toHaveProperty('clockSkewMs')
    expect(last).toMatchObject({ callSetupMs: 200, clockSkewMs: 10_000 })
  })
})

// Not ours to copy: recordings that lie beside the repository on some machines.
const shared = new URL('../../shared/fixtures/recordings/', import.meta.url)
/** Not skipped where they are absent: then there is no such test. */
const describeShared: (name: string, tests: () => void) => void = existsSync(shared)
  ? describe
  : () => {}

describeShared('recorded', () => {
  interface Series {
    readonly events: readonly { readonly t: number; readonly name: string; value?: string }[]
    readonly peerConnections: readonly {
      readonly pcId: string
      readonly polls: readonly { readonly t: number; readonly report: Stat[] }[]
    }[]
  }

  /** In the order in which a recorded event says them. */
  const STATES = ['connection', 'iceConnection', 'iceGathering', 'signaling']

  /** A connection from its start, through the pipeline. */
  function connection(file: string, pc: string) {
    const series = JSON.parse(
      readFileSync(new URL(`${file}.series.json`, shared), 'utf8'),
    ) as Series
    const events = series.events.flatMap(({ t, name, value }) => {
      const index = STATES.findIndex((state) => name === `${pc}:${state.toLowerCase()}statechange`)
      const state = value?.split('/')[index]
      return index < 0 ? [] : [eventOf(Math.round(t), `${STATES[index]}StateChange`, { state })]
    })
    const polls = series.peerConnections.find(({ pcId }) => pcId === pc)?.polls ?? []
    const reports = polls.map(({ t, report }) => reportOf(report, Math.round(t)))
    const captures = [...events, ...reports].toSorted((a, b) => a.timestamp - b.timestamp)
    const { raised } = pipe([eventOf(0, 'peerAdded', NEW_STATES), ...captures])
    return raised.flatMap(({ data }) => (data.quality ? [{ ...data, quality: data.quality }] : []))
  }

  const pollsOf = <Data>(items: readonly Data[], is: (item: Data) => boolean): number[] =>
    items.flatMap((item, poll) => (is(item) ? [poll] : []))

  describe.each(['a', 'b'])('chromium156, pc %s', (pc) => {
    const items = connection('chromium156', pc)

    it('has the pair that its transport names, of three nominated, over udp', () => {
      expect(items).toHaveLength(26)
      const nominated = items.map(
        ({ candidatePair = [] }) => candidatePair.filter((one) => one['nominated']).length,
      )
      expect(Math.max(...nominated)).toBe(3)
      for (const { quality, transport } of items) {
        const named = transport?.map((one) => one['selectedCandidatePairId'])
        expect(named).toContain(quality.selectedPair?.id)
        expect(quality.selectedPair).toMatchObject({ path: 'udp', protocol: 'udp' })
      }
    })

    it('goes to another transport at poll 22 without a false bitrate', () => {
      const transports = items.map(({ transport = [] }) => transport.map(({ id }) => id))
      expect(transports.slice(20, 24)).toEqual([['T01'], ['T01'], ['T11'], ['T11']])
      expect(items[22]?.metrics['T11']).toBeUndefined()
      const rates = items.flatMap(({ metrics }) =>
        Object.values(metrics).flatMap(({ sendBitrate, recvBitrate }) => [
          sendBitrate,
          recvBitrate,
        ]),
      )
      expect(Math.max(...rates.map((rate) => rate ?? 0))).toBeLessThan(1_000_000)
    })

    it('is muted at polls 7 and 8, and has no MOS there', () => {
      expect(pollsOf(items, ({ quality }) => quality.muted.length > 0)).toEqual([7, 8])
      const unrated = pollsOf(items, ({ quality }) => Object.keys(quality.audioMos).length === 0)
      expect(unrated).toEqual(expect.arrayContaining([0, 7, 8]))
      for (const poll of [7, 8]) {
        const { inbound, outbound } = items[poll]?.quality.audio ?? {}
        expect((inbound ?? outbound)?.bitrate).toBeGreaterThan(0)
      }
    })
  })

  it('firefox153, pc b, poll 22: a stream that began anew adds nothing, the next poll is as ever', () => {
    const items = connection('firefox153', 'b')
    expect(items[22]?.metrics['415507ad']).toMatchObject({ reset: true })
    expect(items[22]?.quality.video.inbound).not.toHaveProperty('bitrate')
    expect(items[22]?.quality.videoScore).toEqual({})
    expect(items[23]?.quality.video.inbound?.bitrate).toBeGreaterThan(0)
  })

  it.each(['chromium156', 'firefox153'])('%s: both sides tell the ICE restart, once', (file) => {
    for (const pc of ['a', 'b']) {
      const items = connection(file, pc)
      expect(pollsOf(items, ({ quality }) => quality.iceRestart === true)).toEqual([19])
    }
  })

  it.each([
    ['chromium156', 549],
    ['firefox153', 957],
  ])('%s, pc a, was set up in %i ms', (file, callSetupMs) => {
    const items = connection(file, 'a')
    expect(new Set(items.map(({ quality }) => quality.callSetupMs))).toEqual(new Set([callSetupMs]))
  })
})
