import { describe, expect, it } from 'vitest'
import type { Client, Item, StatsData, Tag } from '../src/wire.ts'
import {
  ALL,
  FINGERPRINT,
  all,
  itemOf,
  redactData,
  redactStat,
  stat,
  statsItem,
  NONE,
} from './redacting.ts'

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
