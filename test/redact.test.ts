import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RedactSwitches } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import type { Batch, Client, Item, StatsData, Tag } from '../src/wire.ts'
import { normalize } from '../workers/normalize.ts'
import { createRedactor } from '../workers/redact.ts'
import { sipHash } from '../workers/siphash.ts'

const KEY = Uint8Array.from({ length: 16 }, (_, index) => index)
const NONE: RedactSwitches = {
  addresses: false,
  ufrags: false,
  certificates: false,
  deviceLabels: false,
  user: false,
}
const ALL: RedactSwitches = {
  addresses: true,
  ufrags: true,
  certificates: true,
  deviceLabels: true,
  user: true,
}
const all = createRedactor(ALL, KEY)

const itemOf = <Data>(tag: Tag, data: Data, rest: Partial<Item> = {}): Item<Data> => ({
  event: 'event',
  tag,
  peerId: 'alice',
  peerName: 'alice',
  pcId: 'pc1',
  seq: 0,
  timestamp: '2026-01-01T00:00:00.000Z',
  interval: 2000,
  ...rest,
  data,
})

const stat = (type: string, id: string, members: Record<string, unknown> = {}): Stat => ({
  id,
  type,
  timestamp: 1,
  ...members,
})

const statsItem = (stats: readonly Stat[], metrics = {}): Item<StatsData> =>
  itemOf('stats', { ...normalize(stats), metrics })

/** The data of an event, or of a `stats` item, as it leaves. */
const redactData = <Data>(item: Item<Data>, switches = ALL): Data =>
  createRedactor(switches, KEY).item(item).data as Data

/** One statistics object as it leaves, among others of its report. */
const redactStat = (switches: RedactSwitches, ...stats: Stat[]): Stat | undefined =>
  Object.values(redactData(statsItem(stats), switches).raw ?? {}).flat()[0]

const FINGERPRINT = Array.from({ length: 32 }, (_, index) =>
  (index * 7).toString(16).padStart(2, '0'),
)
  .join(':')
  .toUpperCase()

describe('the hash', () => {
  it('is SipHash-2-4, by the vector of the paper’s appendix A', () => {
    const message = Uint8Array.from({ length: 15 }, (_, index) => index)
    expect(sipHash(KEY, message).toString(16)).toBe('a129ca6149be45e5')
  })
})

describe('addresses', () => {
  const only = { ...NONE, addresses: true }
  const addressOf = (address: unknown) =>
    redactStat(only, stat('local-candidate', 'I1', { address }))?.['address']

  it.each([
    ['192.168.1.20', /^2[45]\d\.\d+\.\d+\.\d+$/],
    ['127.0.0.1', /^2[45]\d\.\d+\.\d+\.\d+$/],
    ['2001:db8::7', /^100::[\da-f]{1,4}(:[\da-f]{1,4}){3}$/],
    ['::1', /^100::/],
    ['fe80::1%eth0', /^100::/],
    ['::ffff:10.0.0.1', /^100::/],
    ['b8a5e2d2-9a3c-4fd8-8a6b-6dd9ad2cbd0c.local', /^[\da-f]{16}\.local$/],
    ['turn.example.com', /^[\da-f]{16}\.local$/],
    ['192.168.1.x', /^[\da-f]{16}\.local$/],
  ])('%s keeps its form', (address, form) => {
    expect(addressOf(address)).toMatch(form)
    expect(addressOf(address)).not.toBe(address)
  })

  it.each(['', null, undefined, 'redacted', '(redacted)', 'REDACTED'])('%o stays', (address) => {
    expect(addressOf(address)).toBe(address)
  })

  it.each(['address', 'ip', 'ipAddress', 'relatedAddress', 'foundation'])('%s is one', (member) => {
    const candidate = stat('remote-candidate', 'I1', { [member]: '3867556668', port: 5000 })
    const redacted = redactStat(only, candidate)
    expect(redacted?.[member]).not.toBe('3867556668')
    expect(redacted).toMatchObject({ id: 'I1', port: 5000 })
  })

  it('a foundation of digits becomes digits', () => {
    const redacted = redactStat(only, stat('local-candidate', 'I1', { foundation: '0' }))
    expect(redacted?.['foundation']).toMatch(/^\d+$/)
  })

  it('a short foundation is not looked for in other strings', () => {
    const redacted = redactStat(
      only,
      stat('inbound-rtp', 'x10', { mid: '0' }),
      stat('local-candidate', 'I1', { foundation: '0' }),
    )
    expect(redacted).toMatchObject({ id: 'x10', mid: '0' })
  })

  it('the candidate of an event is rewritten by its grammar', () => {
    const candidate =
      'candidate:842163049 1 udp 1677729535 203.0.113.9 61665 typ srflx raddr 192.168.1.20 rport 61665 generation 0 ufrag EsAw network-cost 999'
    const data = redactData(itemOf('ice', { candidate, usernameFragment: 'EsAw' }))
    expect(data.candidate).toMatch(
      /^candidate:\d+ 1 udp 1677729535 2[45]\d\.\S+ 61665 typ srflx raddr 2[45]\d\.\S+ rport 61665 generation 0 ufrag \S{4} network-cost 999$/,
    )
    expect(data.candidate).not.toMatch(/842163049|203\.0|192\.168|EsAw/)
    expect(data.candidate).toContain(`ufrag ${data.usernameFragment} `)
  })

  it.each([
    ['1.2.3.4:5000', /^2[45]\d\.\d+\.\d+\.\d+:5000$/],
    ['[2001:db8::7]:5000', /^\[100::[\da-f:]+\]:5000$/],
    ['[2001:db8::7]', /^\[100::[\da-f:]+\]$/],
    ['host.example:5000', /^[\da-f]{16}\.local:5000$/],
  ])('a port stays: %s', (hostCandidate, form) => {
    const data = { hostCandidate, errorText: `no answer for ${hostCandidate}` }
    const redacted = redactData(itemOf('ice', data))
    expect(redacted.hostCandidate).toMatch(form)
    expect(redacted.errorText).toBe(`no answer for ${redacted.hostCandidate}`)
  })

  it('an address has one pseudonym in statistics, candidates and errors', () => {
    const address = '192.168.1.20'
    const { hostCandidate } = redactData(itemOf('ice', { hostCandidate: `${address}:1` }))
    expect(hostCandidate).toBe(`${String(addressOf(address))}:1`)
  })
})

describe('ufrags', () => {
  const only = { ...NONE, ufrags: true }

  it('keep their length and characters, on candidates and transports alike', () => {
    const candidate = stat('local-candidate', 'I1', {
      usernameFragment: 'Jmb2',
      address: '10.0.0.1',
    })
    const transport = stat('transport', 'T1', { iceLocalUsernameFragment: 'Jmb2' })
    const [redacted, other] = [redactStat(only, candidate), redactStat(only, transport)]
    expect(redacted?.['usernameFragment']).toMatch(/^[\w+/]{4}$/)
    expect(redacted?.['usernameFragment']).not.toBe('Jmb2')
    expect(other?.['iceLocalUsernameFragment']).toBe(redacted?.['usernameFragment'])
    expect(redacted?.['address']).toBe('10.0.0.1')
  })

  it('that read like a word of the specification do not touch it elsewhere', () => {
    const candidate = stat('local-candidate', 'I1', {
      usernameFragment: 'host',
      candidateType: 'host',
    })
    const redacted = redactStat(only, candidate)
    expect(redacted?.['candidateType']).toBe('host')
    expect(redacted?.['usernameFragment']).not.toBe('host')
  })
})

describe('certificates', () => {
  const only = { ...NONE, certificates: true }
  const certificate = stat('certificate', `CF${FINGERPRINT}`, {
    fingerprint: FINGERPRINT,
    base64Certificate: 'MIIBFTCBvaADAgECAgkA+IS/mUj6zVkwCgYIKoZIzg==',
    issuerCertificateId: `CF${FINGERPRINT}`,
  })
  const transport = stat('transport', 'T1', { localCertificateId: `CF${FINGERPRINT}` })

  it('keep form and length', () => {
    const redacted = redactStat(only, certificate)
    expect(redacted?.['fingerprint']).toMatch(/^([\dA-F]{2}:){31}[\dA-F]{2}$/)
    expect(redacted?.['base64Certificate']).toMatch(/^[\w+/]{42}==$/)
    expect(JSON.stringify(redacted)).not.toContain(FINGERPRINT.slice(0, 20))
  })

  it('have ids which their references still meet', () => {
    const { raw } = redactData(statsItem([transport, certificate]), only)
    const id = raw?.['certificate']?.[0]?.id
    expect(id).toBe(`CF${String(raw?.['certificate']?.[0]?.['fingerprint'])}`)
    expect(raw?.['certificate']?.[0]?.['issuerCertificateId']).toBe(id)
    expect(raw?.['transport']?.[0]?.['localCertificateId']).toBe(id)
  })

  it('are found in a reference whose certificate is not in the report', () => {
    const alone = redactStat(only, transport)
    const together = redactStat(only, transport, certificate)
    expect(alone).toEqual(together)
    expect(alone?.['localCertificateId']).not.toContain(FINGERPRINT)
  })
})

describe('device labels', () => {
  it.each<Tag>(['track', 'device'])('are pseudonyms in %s events, nested ones too', (tag) => {
    const data = { label: 'Bob’s microphone', devices: [{ label: 'Bob’s camera', kind: 'video' }] }
    const redacted = redactData(itemOf(tag, data))
    expect(JSON.stringify(redacted)).not.toContain('Bob')
    expect(redacted.devices[0]?.kind).toBe('video')
  })

  it('the label of a data channel is the app’s own and stays', () => {
    expect(redactData(itemOf('datachannel', { label: 'chat' })).label).toBe('chat')
    expect(redactStat(ALL, stat('data-channel', 'D1', { label: 'chat' }))?.['label']).toBe('chat')
  })
})

describe('the user', () => {
  const client: Client = {
    sdkVersion: '1',
    roomId: 'room',
    userId: 'bob@example.com',
    keys: {},
    userAgent: 'agent',
    hints: null,
    devices: { audio: 'Bob’s microphone', video: null },
  }

  it('of a client and the devices are pseudonyms, the rest stays', () => {
    const { userId, devices, ...rest } = all.client(client)
    expect(JSON.stringify({ userId, devices })).not.toMatch(/bob/i)
    expect(devices.video).toBeNull()
    expect(rest).toEqual({
      sdkVersion: '1',
      roomId: 'room',
      keys: {},
      userAgent: 'agent',
      hints: null,
    })
  })

  it('has the same pseudonym as a name and as an id, a device the same as in its events', () => {
    const { userId, devices } = all.client(client)
    expect(all.item(itemOf('peer', null, { peerName: 'bob@example.com' })).peerName).toBe(userId)
    expect(redactData(itemOf('track', { label: 'Bob’s microphone' })).label).toBe(devices.audio)
  })

  it('a peer’s name that is its id, or none, stays', () => {
    expect(all.item(itemOf('peer', null)).peerName).toBe('alice')
    expect(all.item(itemOf('peer', null, { peerName: null })).peerName).toBeNull()
  })

  it('a name that is a word of the report does not touch it there', () => {
    const item = {
      ...statsItem([stat('codec', 'C1', { mimeType: 'audio/opus' })]),
      peerName: 'opus',
    }
    const { peerName, data } = all.item(item) as Item<StatsData>
    expect(peerName).not.toBe('opus')
    expect(data.codec?.[0]?.['mimeType']).toBe('audio/opus')
  })
})

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
      { numRuns: 500 },
    )
  })
})
