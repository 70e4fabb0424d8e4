import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TIMES } from './long.ts'
import type { Stat } from '../src/stats.ts'
import type { Batch, Item, StatsData } from '../src/wire.ts'
import { createRedactor } from '../workers/redact.ts'
import { ALL, KEY, NONE, all, itemOf, redactData, stat, statsItem } from './redacting.ts'

describe('an item', () => {
  const stats = [
    stat('local-candidate', 'I_10.0.0.7', { address: '10.0.0.7', usernameFragment: 'Jmb2' }),
    stat('candidate-pair', 'CP_Jmb2_10.0.0.7', { localCandidateId: 'I_10.0.0.7' }),
    stat('stream', 'S', { trackIds: ['t_10.0.0.7'] }),
    stat('x-10.0.0.7', 'X', { nested: { deep: ['10.0.0.7'] } }),
  ]
  const pair = { sendBitrate: 1 }
  const item: Item<StatsData> = {
    ...statsItem(stats, { 'CP_Jmb2_10.0.0.7': pair }),
    rawStats: stats,
    statsObject: Object.fromEntries(stats.map((one) => [one.id, one])),
  }
  const redacted = all.item(item) as Item<StatsData>

  it('has the values nowhere: not in ids, references, keys, types and nested members', () => {
    expect(JSON.stringify(redacted)).not.toMatch(/10\.0\.0\.7|Jmb2/)
  })

  it('tells an address from one that begins with it', () => {
    const addresses = ['10.0.0.1', '10.0.0.12']
    const candidates = addresses.map((address) =>
      stat('local-candidate', `I${address}`, { address }),
    )
    const { localCandidate = [] } = redactData(statsItem(candidates))
    expect(localCandidate.map(({ id }) => id)).toEqual(
      localCandidate.map(({ address }) => `I${String(address)}`),
    )
  })

  it('has ids which references, metrics and statsObject still meet', () => {
    const { data, statsObject } = redacted
    const redactedPair = data.candidatePair?.[0]
    expect(redactedPair?.['localCandidateId']).toBe(data.localCandidate?.[0]?.id)
    expect(data.metrics[redactedPair?.id ?? '']).toEqual(pair)
    expect(Object.entries(statsObject ?? {}).every(([id, one]) => one.id === id)).toBe(true)
  })

  it('holds one object where it held one', () => {
    const { data, rawStats, statsObject } = redacted
    const candidate = data.localCandidate?.[0]
    expect(candidate).toBeDefined()
    expect(data.raw?.['local-candidate']?.[0]).toBe(candidate)
    expect(rawStats?.[0]).toBe(candidate)
    expect(statsObject?.[candidate?.id ?? '']).toBe(candidate)
  })

  it('keeps its members, their order and what does not identify', () => {
    expect(Object.keys(redacted)).toEqual(Object.keys(item))
    expect(Object.keys(redacted.data)).toEqual(Object.keys(item.data))
    expect(redacted).toMatchObject({ seq: 0, peerId: 'alice', timestamp: item.timestamp })
  })

  it('of the app itself stays as it is', () => {
    const data = { address: '10.0.0.7', label: 'mine', userId: 'bob' }
    expect(redactData(itemOf('application', data))).toEqual(data)
  })

  it('stays as it is with all switches off', () => {
    expect(createRedactor(NONE, KEY).item(item)).toEqual(item)
  })

  it('has other pseudonyms under another key, and the same under the same', () => {
    const otherKey = KEY.map((byte) => byte + 1)
    expect(createRedactor(ALL, KEY).item(item)).toEqual(redacted)
    expect(createRedactor(ALL, otherKey).item(item)).not.toEqual(redacted)
  })

  it.each(['__proto__', 'constructor'])('keeps a member named %s', (name) => {
    const odd = JSON.parse(`{"id":"o","type":"codec","timestamp":1,"${name}":"10.0.0.7"}`) as Stat
    const address = stat('local-candidate', 'I1', { address: '10.0.0.7' })
    const [copy] = redactData(statsItem([odd, address])).codec ?? []
    expect(Object.hasOwn(copy ?? {}, name)).toBe(true)
    expect(JSON.stringify(copy)).not.toContain('10.0.0.7')
  })
})

describe('the product’s own batch', () => {
  const url = new URL('./fixtures/wire-batch.stats.json', import.meta.url)
  const { items } = JSON.parse(readFileSync(url, 'utf8')) as Batch
  const [item] = items as [Item<StatsData>]
  const text = JSON.stringify(all.item(item))
  const values = Object.values(item.data.raw ?? {})
    .flat()
    .flatMap((one) =>
      ['address', 'foundation', 'usernameFragment', 'fingerprint', 'base64Certificate'].map(
        (member) => one[member],
      ),
    )
    .filter((value) => value !== undefined)

  it('leaves with none of its addresses, ufrags and certificates', () => {
    expect(values.length).toBeGreaterThan(10)
    expect(values.filter((value) => text.includes(String(value)))).toEqual([])
    expect(text).not.toContain('Alice')
  })

  it('has the same shape: every member, every type of value', () => {
    const shapeOf = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shapeOf)
      if (typeof value !== 'object' || value === null) return typeof value
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]))
    }
    expect(shapeOf(JSON.parse(text))).toEqual(shapeOf(item))
  })

  it('has no dangling reference that it had not before', () => {
    const dangling = ({ raw = {} }: StatsData) => {
      const stats = Object.values(raw).flat()
      const ids = new Set(stats.map(({ id }) => id))
      return stats
        .flatMap((one) => Object.entries(one))
        .filter(([name, value]) => /.Id$/.test(name) && !ids.has(String(value)))
    }
    expect(dangling((JSON.parse(text) as Item<StatsData>).data)).toEqual(dangling(item.data))
  })
})

describe('whatever is planted wherever', () => {
  const chars = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/']
  const byte = fc.nat(255).map((value) => value.toString(16).padStart(2, '0').toUpperCase())
  const label = fc.string({ unit: fc.constantFrom(...chars), minLength: 8, maxLength: 12 })
  const secrets = fc.record({
    // Of a kind that cannot come out of a hash by chance.
    address: fc.oneof(
      fc.tuple(fc.nat(199), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.')),
      fc.tuple(label, label).map((labels) => `${labels.join('-').replaceAll(/[+/]/g, '')}.local`),
      fc.ipV6().filter((address) => address.length > 8 && !address.startsWith('100::')),
    ),
    ufrag: label,
    fingerprint: fc.array(byte, { minLength: 20, maxLength: 32 }).map((bytes) => bytes.join(':')),
    foundation: fc.bigInt(10n ** 15n, 10n ** 20n).map(String),
  })

  it('nothing of it leaves, and nothing that came in is changed', () => {
    fc.assert(
      fc.property(secrets, label, ({ address, ufrag, fingerprint, foundation }, noise) => {
        const planted = [address, ufrag, fingerprint, foundation]
        const everywhere = planted.join(`|${noise.slice(0, 3)}|`)
        const stats = [
          stat(`type-${everywhere}`, `id-${everywhere}`, { any: everywhere, list: [everywhere] }),
          stat('inbound-rtp', `I${everywhere}`, { remoteId: everywhere, kind: everywhere }),
          stat('local-candidate', `I${address}`, {
            address,
            ip: address,
            relatedAddress: `${address}`,
            foundation,
            usernameFragment: ufrag,
            url: `turn:${everywhere}`,
          }),
          stat('certificate', `CF${fingerprint}`, { fingerprint, base64Certificate: noise }),
          stat('transport', 'T1', {
            iceLocalUsernameFragment: ufrag,
            localCertificateId: `CF${fingerprint}${everywhere}`,
          }),
        ]
        const report: Item<StatsData> = {
          ...statsItem(stats, { [everywhere]: { bitrate: 1 } }),
          rawStats: stats,
          statsObject: Object.fromEntries(stats.map((one) => [one.id, one])),
        }
        const candidate = `candidate:${foundation} 1 udp 1 ${address} 9 typ host raddr ${address} rport 9 ufrag ${ufrag} x ${everywhere}`
        const event = itemOf('ice', {
          candidate: candidate.replaceAll(fingerprint, ''),
          address,
          errorText: `${address} ${ufrag}`,
        })
        const before = structuredClone([report, event])
        const text = JSON.stringify([all.item(report), all.item(event)])
        expect(planted.filter((value) => text.includes(value))).toEqual([])
        expect([report, event]).toEqual(before)
      }),
      { numRuns: 500 * TIMES },
    )
  })
})
