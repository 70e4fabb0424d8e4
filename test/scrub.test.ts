import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { addressesIn, scrub } from './record/scrub.ts'
import type { Recorded } from './record/series.ts'
import { FINGERPRINT, KEY, stat } from './redacting.ts'

const SECRETS = {
  v4: '10.11.12.13',
  v6: 'fe80::a1b2:c3d4',
  mdns: '1b2c3d4e-0000-4000-8000-5e6f7a8b9c0d.local',
  related: '172.16.5.4',
  ufrag: 'Jmb2xYzQ',
  foundation: '4069680263',
  fingerprint: FINGERPRINT,
  certificate: 'MIIBFTCBvKADAgECAgkAtOhS',
  turn: 'turn.corp.example',
}

const REPORT: readonly Stat[] = [
  stat('local-candidate', 'I4', {
    address: SECRETS.v4,
    ip: SECRETS.v4,
    port: 49_886,
    foundation: SECRETS.foundation,
    usernameFragment: SECRETS.ufrag,
    relatedAddress: SECRETS.related,
    url: `turns:${SECRETS.turn}:443?transport=tcp`,
  }),
  stat('local-candidate', `I_${SECRETS.v6}`, { address: SECRETS.v6, url: '' }),
  stat('remote-candidate', 'I7', { address: SECRETS.mdns }),
  stat('candidate-pair', 'CP', { localCandidateId: `I_${SECRETS.v6}`, remoteCandidateId: 'I7' }),
  stat('certificate', `CF${FINGERPRINT}`, {
    fingerprint: FINGERPRINT,
    base64Certificate: SECRETS.certificate,
  }),
  stat('transport', 'T', {
    iceLocalUsernameFragment: SECRETS.ufrag,
    localCertificateId: `CF${FINGERPRINT}`,
  }),
  stat('data-channel', 'D1', { label: 'messages' }),
]

const recordedOf = (...reports: (readonly Stat[])[]): Recorded => ({
  userAgent: 'Browser/156.0.0.0',
  events: [{ t: 1, wall: 1, name: `found ${SECRETS.v4}`, value: 'new/new/new/stable' }],
  peerConnections: [{ pcId: 'a', polls: reports.map((report) => ({ t: 1, wall: 1, report })) }],
})

const scrubbed = scrub(recordedOf(REPORT, REPORT), KEY)
const [first = [], second = []] = (scrubbed.peerConnections[0]?.polls ?? []).map(
  ({ report }) => report,
)

describe('a scrubbed recording', () => {
  it.each(Object.entries(SECRETS))('has the %s nowhere', (_, secret) => {
    expect(JSON.stringify(recordedOf(REPORT))).toContain(secret)
    expect(JSON.stringify(scrubbed)).not.toContain(secret)
  })

  it('has values of the same kind in their place', () => {
    const [candidate, v6, remote] = first
    expect(candidate?.['address']).toMatch(/^\d+(\.\d+){3}$/)
    expect(v6?.['address']).toMatch(/^100::/)
    expect(remote?.['address']).toMatch(/\.local$/)
    expect(candidate?.['foundation']).toMatch(/^\d+$/)
    expect(candidate?.['usernameFragment']).toHaveLength(SECRETS.ufrag.length)
    expect(candidate?.['url']).toBe('turns:turn.example.org:443?transport=tcp')
    expect(v6?.['url']).toBe('')
  })

  it('has ids that its references still meet', () => {
    const [, v6, , pair, certificate, transport] = first
    expect(pair?.['localCandidateId']).toBe(v6?.id)
    expect(transport?.['localCertificateId']).toBe(certificate?.id)
    expect(certificate?.id).toBe(`CF${String(certificate?.['fingerprint'])}`)
  })

  it('has one pseudonym for a value in all of its reports', () => {
    expect(second).toEqual(first)
  })

  it('keeps what does not identify', () => {
    expect(scrubbed.userAgent).toBe('Browser/156.0.0.0')
    expect(first[0]?.['port']).toBe(49_886)
    expect(first.at(-1)).toEqual(REPORT.at(-1))
  })
})

describe('the addresses that may be somebody’s', () => {
  it('are found wherever they stand', () => {
    const { v4, v6, mdns, related } = SECRETS
    expect(new Set(addressesIn(recordedOf(REPORT)))).toEqual(new Set([v4, v6, mdns, related]))
    const inKey = [stat('codec', 'C', { [v4]: 1, nested: [{ deep: `host ${mdns} 9` }] })]
    expect(new Set(addressesIn(recordedOf(inKey)))).toEqual(new Set([v4, mdns]))
  })

  it('are not the pseudonyms, the ranges for documentation, fingerprints and versions', () => {
    const addresses = ['192.0.2.1', '198.51.100.2', '203.0.113.3', '2001:db8::1']
    const report = [stat('codec', FINGERPRINT, { addresses })]
    const nobodys = { ...recordedOf(...[first, report]), events: [] }
    expect(addressesIn(nobodys)).toEqual([])
    expect(addressesIn(recordedOf([stat('codec', 'C', { address: '::1' })]))).toContain('::1')
  })
})
