import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { addressesIn } from './record/scrub.ts'
import { toText } from './record/series.ts'
import type { SeriesPoll } from './record/series.ts'
import { chrome87 } from './record/synthetic/chrome87.ts'
import { firefox67 } from './record/synthetic/firefox67.ts'
import { safari17 } from './record/synthetic/safari17.ts'
import { pollsAfter, pollsOf, readRecording, readingsOf, recordingUrl } from './recordings.ts'

const RECORDED = ['chromium', 'firefox']
const SYNTHETIC = {
  'safari17.synthetic': safari17,
  'chrome87.synthetic': chrome87,
  'firefox67.synthetic': firefox67,
}
const ALL = [...RECORDED, ...Object.keys(SYNTHETIC)]
/** In the order of the script. */
const STEPS = [
  'offer',
  'mute audio track.enabled=false',
  'unmute audio',
  'replaceTrack video (canvas 320x240)',
  'encoding active=false',
  'encoding active=true',
  'ICE restart',
  'gap begins',
  'gap ends',
  'transceiver audio stop + renegotiate',
  'closed',
  'simulcast offer (q, h, f)',
  'simulcast layer f active=false',
  'simulcast closed',
]
/** What Firefox 67 had none of, and referred to. */
const DANGLING: Readonly<Record<string, readonly string[]>> = {
  'firefox67.synthetic': ['transportId'],
}

it('there is no recording that is not tested', () => {
  const names = readdirSync(new URL('fixtures/recordings', import.meta.url))
  expect(names.toSorted()).toEqual(ALL.map((name) => `${name}.series.json`).toSorted())
})

describe.each(ALL)('%s', (name) => {
  const series = readRecording(name)
  const { source, userAgent, events, peerConnections } = series
  const polls = peerConnections.flatMap((connection) => connection.polls)
  const stats = polls.flatMap(({ report }) => report)
  const text = readFileSync(recordingUrl(name), 'utf8')

  it('says where it is from', () => {
    expect(source).toMatch(name.includes('synthetic') ? /^synthetic: \w+ \d+/ : /^recorded: .+\d/)
    expect(userAgent).toMatch(/^Mozilla\/5\.0 /)
  })

  it('has one poll a line, and is no bigger than it must be', () => {
    expect(text).toBe(toText(series))
    expect(text.length).toBeLessThan(600_000)
    expect(Math.max(...peerConnections.map((connection) => connection.polls.length))).toBeLessThan(
      41,
    )
  })

  it('has events in order, with the four states of those that a connection raised', () => {
    expect(events.map(({ t }) => t)).toEqual(events.map(({ t }) => t).toSorted((a, b) => a - b))
    for (const { name: event, value, wall } of events) {
      expect(wall).toBeTypeOf('number')
      expect(value ?? '').toMatch(/^[abcd]:/.test(event) ? /^[a-z]+(\/[a-z-]+){3}$/ : /^$/)
    }
  })

  it('has reports in order, with an id of its own for each of their stats', () => {
    for (const connection of peerConnections) {
      const times = connection.polls.map(({ t }) => t)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
    expect(polls.length).toBeGreaterThan(0)
    for (const { report } of polls) {
      expect(new Set(report.map(({ id }) => id)).size).toBe(report.length)
    }
    const isStat = ({ id, type, timestamp }: Stat) => id && type && Number.isFinite(timestamp)
    expect(stats.filter((stat) => !isStat(stat))).toEqual([])
  })

  it('has nothing that identifies a machine', () => {
    expect(addressesIn(series)).toEqual([])
    expect(text).not.toMatch(/typ host|candidate:|a=|ice-pwd|BEGIN/)
    const certificates = stats.flatMap(({ base64Certificate = [] }) => base64Certificate)
    expect(new Set(certificates)).toEqual(new Set(certificates.length > 0 ? ['REDACTED'] : []))
    const urls = stats.map(({ url = '' }) => String(url)).filter((url) => url !== '')
    expect(urls.filter((url) => !/^turns?:turn\.example\.org\b/.test(url))).toEqual([])
    const labels = stats.flatMap(({ label = [] }) => label)
    expect(labels.filter((label) => label !== 'messages')).toEqual([])
  })

  it('has references that point to a stat of the same report', () => {
    const dangling = polls.flatMap(({ report }) => {
      const ids = new Set(report.map(({ id }) => id))
      return report
        .flatMap((stat) => Object.entries(stat))
        .filter(
          ([member, value]) =>
            /.Ids?$/.test(member) && ![value].flat().every((id) => ids.has(String(id))),
        )
        .map(([member]) => member)
    })
    expect([...new Set(dangling)]).toEqual(DANGLING[name] ?? [])
  })
})

describe.each(RECORDED)('the call in %s', (name) => {
  const series = readRecording(name)
  const after = (step: string, pcId = 'a') => pollsAfter(series, pcId, step)
  const outbound =
    (kind: string, rid?: string) =>
    (stat: Stat): boolean =>
      stat.type === 'outbound-rtp' && stat['kind'] === kind && stat['rid'] === rid
  const typed = (type: string) => (stat: Stat) => stat.type === type
  /** How much a counter grew from the first to the last of the polls. */
  const growth = (polls: readonly SeriesPoll[], member: string, is: (stat: Stat) => boolean) => {
    const readings = readingsOf(polls, member, is)
    return Number(readings.at(-1)) - Number(readings[0])
  }

  it('goes through every step of the script', () => {
    const steps = series.events.filter(({ value }) => value === undefined)
    expect(steps.map((step) => step.name)).toEqual(STEPS)
  })

  it('sends less audio while it is muted, and no fewer packets', () => {
    // Of Chromium 156 3 bytes a packet in one recording and 35 in another.
    const [muted, sounding] = [after('mute audio track.enabled=false'), after('offer')].map(
      (polls) => growth(polls.slice(-2), 'bytesSent', outbound('audio')),
    )
    expect(Number(muted)).toBeLessThan(Number(sounding))
    const packets = growth(
      after('mute audio track.enabled=false').slice(-2),
      'packetsSent',
      outbound('audio'),
    )
    expect(packets).toBeGreaterThan(40)
  })

  it('sends pictures of another shape after replaceTrack', () => {
    // Firefox sends any size, but keeps the shape.
    const shapeAt = (step: string) => {
      const last = after(step).slice(-1)
      const [width, height] = ['frameWidth', 'frameHeight'].map((member) =>
        Number(readingsOf(last, member, outbound('video'))[0]),
      )
      return Number(width) / Number(height)
    }
    expect(shapeAt('offer')).toBeCloseTo(16 / 9, 1)
    expect(shapeAt('replaceTrack video (canvas 320x240)')).toBeCloseTo(4 / 3, 1)
  })

  it('sends no pictures while the encoding is inactive, and some after it', () => {
    const inactive = after('encoding active=false').slice(-2)
    expect(growth(inactive, 'framesSent', outbound('video'))).toBe(0)
    expect(growth(after('encoding active=true'), 'framesSent', outbound('video'))).toBeGreaterThan(
      0,
    )
  })

  it('has another ufrag and another pair after the ICE restart, and the same transport', () => {
    const around = [...after('encoding active=true').slice(-1), ...after('ICE restart').slice(-1)]
    for (const member of ['iceLocalUsernameFragment', 'selectedCandidatePairId']) {
      expect(new Set(readingsOf(around, member, typed('transport'))).size).toBe(2)
    }
    expect(new Set(readingsOf(around, 'id', typed('transport'))).size).toBe(1)
  })

  it('goes on through a gap of more than 10 s', () => {
    const [before, next] = [...after('ICE restart').slice(-1), ...after('gap ends').slice(0, 1)]
    expect(Number(next?.t) - Number(before?.t)).toBeGreaterThan(10_000)
    const gap = [before, next].filter((poll) => poll !== undefined)
    expect(growth(gap, 'framesSent', outbound('video'))).toBeGreaterThan(100)
  })

  it('goes on over another transport once the first m-line is stopped', () => {
    const [old, replaced] = [after('gap ends'), after('transceiver audio stop + renegotiate')]
    const idOf = (polls: readonly SeriesPoll[]) =>
      readingsOf(polls.slice(-1), 'id', typed('transport'))
    expect(idOf(replaced)).not.toEqual(idOf(old))
    expect(readingsOf(replaced.slice(-1), 'id', outbound('audio'))).toEqual([undefined])
    const received = after('transceiver audio stop + renegotiate', 'b')
    expect(growth(received, 'framesDecoded', typed('inbound-rtp'))).toBeGreaterThan(0)
  })

  it('carries messages all the time', () => {
    const sent = readingsOf(pollsOf(series, 'a'), 'messagesSent', typed('data-channel')).map(Number)
    expect(sent).toEqual([...new Set(sent)].toSorted((a, b) => a - b))
  })

  it.each(['q', 'h', 'f'])('sends and receives the simulcast layer %s', (rid) => {
    const sent = growth(
      after('simulcast offer (q, h, f)', 'c'),
      'framesSent',
      outbound('video', rid),
    )
    const isLayer = (stat: Stat) => stat.type === 'inbound-rtp' && stat['mid'] === rid
    const received = growth(after('simulcast offer (q, h, f)', 'd'), 'framesDecoded', isLayer)
    expect(Math.min(sent, received)).toBeGreaterThan(30)
  })

  it('sends the other layers on when one is turned off', () => {
    const last = after('simulcast layer f active=false', 'c').slice(-2)
    const sent = ['q', 'h', 'f'].map((rid) => growth(last, 'framesSent', outbound('video', rid)))
    expect(sent.map((frames) => frames > 0)).toEqual([true, true, false])
  })
})

describe('the synthetic series', () => {
  it.each(Object.entries(SYNTHETIC))('%s is what its generator makes', async (name, make) => {
    await expect(toText(make())).toMatchFileSnapshot(recordingUrl(name).pathname)
  })
})
