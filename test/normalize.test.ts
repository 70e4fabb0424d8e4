import { readFileSync } from 'node:fs'
import { deepStrictEqual } from 'node:assert'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { STATS_TYPES } from '../src/stats.ts'
import type { Batch, StatsGroups } from '../src/wire.ts'
import { normalize } from '../workers/normalize.ts'

const stat = (type: string, id: string, members: Record<string, unknown> = {}): Stat => ({
  id,
  type,
  timestamp: 1,
  ...members,
})

const placeOf = (groups: StatsGroups, id: string): string =>
  [
    ...(['audio', 'video', 'remote'] as const).flatMap((name) =>
      (['inbound', 'outbound'] as const)
        .filter((direction) => groups[name][direction].some((one) => one.id === id))
        .map((direction) => `${name}.${direction}`),
    ),
  ].join() || 'raw'

describe('the product’s own batch', () => {
  const url = new URL('./fixtures/wire-batch.stats.json', import.meta.url)
  const { items } = JSON.parse(readFileSync(url, 'utf8')) as Batch
  const sample = items[0]?.data as StatsGroups
  const flat = Object.values(sample.raw).flat()

  it('gives back its data from its flat report', () => {
    expect(() => deepStrictEqual(normalize(flat), sample)).not.toThrow()
  })

  it('is written in the order of the sample', () => {
    expect(JSON.stringify(normalize(flat))).toBe(JSON.stringify(sample))
  })

  it('the groups hold the very objects of the report', () => {
    const { raw, audio } = normalize(flat)
    expect(audio.outbound[0]).toBe(raw['outbound-rtp'][0])
    expect(flat).toContain(audio.outbound[0])
  })
})

describe('raw', () => {
  it('has the known types always, in their order', () => {
    const { raw } = normalize([])
    expect(Object.keys(raw)).toEqual(STATS_TYPES)
    expect(Object.values(raw).flat()).toEqual([])
  })

  it('has unknown types under their own name, after the known ones', () => {
    const { raw } = normalize([stat('sctp-transport', 'x')])
    expect(Object.keys(raw).at(-1)).toBe('sctp-transport')
  })

  it.each(['constructor', '__proto__', 'hasOwnProperty', ''])(
    'a type named %o is a group like any other',
    (type) => {
      const odd = stat(type, 'x')
      const { raw } = normalize([odd])
      expect(Object.hasOwn(raw, type)).toBe(true)
      expect(raw[type]).toEqual([odd])
      expect(Object.getPrototypeOf(raw)).toBe(Object.prototype)
      expect(JSON.parse(JSON.stringify(raw))[type]).toEqual([odd])
      expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    },
  )
})

describe('a stream without a kind is placed by', () => {
  it.each<[string, Record<string, unknown>, Stat[]]>([
    ['its mediaType', { mediaType: 'video' }, []],
    ['its mediaType, where the kind is empty', { kind: '', mediaType: 'video' }, []],
    ['its codec', { codecId: 'c' }, [stat('codec', 'c', { mimeType: 'Video/VP8' })]],
    ['its far end', { remoteId: 'r' }, [stat('remote-outbound-rtp', 'r', { kind: 'video' })]],
    [
      'the codec of its far end',
      { remoteId: 'r' },
      [
        stat('remote-outbound-rtp', 'r', { localId: 'x', codecId: 'c' }),
        stat('codec', 'c', { mimeType: 'video/VP8' }),
      ],
    ],
    ['its track', { trackId: 't' }, [stat('track', 't', { frameWidth: 640 })]],
    ['members of one kind only', { framesDecoded: 0 }, []],
  ])('%s', (_, members, others) => {
    expect(placeOf(normalize([stat('inbound-rtp', 'x', members), ...others]), 'x')).toBe(
      'video.inbound',
    )
  })

  it.each(['audioLevel', 'totalSamplesReceived', 'concealedSamples'])('%s, as audio', (member) => {
    expect(placeOf(normalize([stat('inbound-rtp', 'x', { [member]: 0 })]), 'x')).toBe(
      'audio.inbound',
    )
  })

  it('its media source, as it sends', () => {
    const source = stat('media-source', 's', { kind: 'audio' })
    const stream = stat('outbound-rtp', 'x', { mediaSourceId: 's' })
    expect(placeOf(normalize([stream, source]), 'x')).toBe('audio.outbound')
  })
})

describe('a stream that cannot be placed', () => {
  it.each<[string, Record<string, unknown>]>([
    ['says nothing', {}],
    ['contradicts itself', { framesDecoded: 1, audioLevel: 1 }],
    ['refers to nothing', { codecId: 'gone', remoteId: 'constructor' }],
    ['refers to itself', { remoteId: 'x' }],
  ])('stays in raw when it %s', (_, members) => {
    const groups = normalize([stat('inbound-rtp', 'x', members)])
    expect(placeOf(groups, 'x')).toBe('raw')
    expect(groups.raw['inbound-rtp']).toHaveLength(1)
  })
})

describe('other groups', () => {
  it('tracks are the stats of type track', () => {
    const track = stat('track', 't')
    expect(normalize([track]).tracks).toEqual([track])
  })

  it.each([
    ['inbound-rtp', 'remote.inbound'],
    ['outbound-rtp', 'remote.outbound'],
  ])('an %s with isRemote, of Firefox before 68, is the far end’s', (type, place) => {
    const groups = normalize([stat(type, 'x', { isRemote: true, mediaType: 'audio' })])
    expect(placeOf(groups, 'x')).toBe(place)
    expect(groups.raw[type]).toHaveLength(1)
  })

  it('a stream with isRemote: false is our own', () => {
    const groups = normalize([stat('inbound-rtp', 'x', { isRemote: false, kind: 'audio' })])
    expect(placeOf(groups, 'x')).toBe('audio.inbound')
  })
})
