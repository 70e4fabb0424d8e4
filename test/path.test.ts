// The pair in use is found in every browser's way of saying it, and so is what kind of path it is.
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { pathKindOf, selectedPairIn } from '../workers/path.ts'
import { stat } from './deriving.ts'
import type { Members } from './deriving.ts'

const pair = (id: string, members: Members = {}): Stat => stat('candidate-pair', 0, members, id)
const transport = (selectedCandidatePairId?: string, id = 't'): Stat =>
  stat('transport', 0, { selectedCandidatePairId }, id)
const inUse = { nominated: true, state: 'succeeded' }
const idOf = (...report: Stat[]): string | undefined => selectedPairIn(report)?.id

describe('the pair in use', () => {
  it('is the one that the transport names, whatever the pairs say', () => {
    const others = [pair('a', { selected: true }), pair('b', { ...inUse, bytesSent: 9 })]
    expect(idOf(...others, pair('c'), transport('c'))).toBe('c')
    expect(idOf(transport('c'), pair('c'), ...others)).toBe('c')
  })

  it('is the one that says so itself, where the transport names none or one that is not there', () => {
    const pairs = [pair('a', { ...inUse, bytesSent: 9 }), pair('b', { selected: true })]
    expect(idOf(...pairs)).toBe('b')
    expect(idOf(...pairs, transport())).toBe('b')
    expect(idOf(...pairs, transport('gone'))).toBe('b')
  })

  it.each([1, 'true', {}])('selected: %j says nothing', (selected) => {
    expect(idOf(pair('a', { selected }))).toBeUndefined()
  })

  it('is, of three that are nominated, the one that sent last', () => {
    const sentAt = (lastPacketSentTimestamp: number, bytesSent: number) => ({
      ...{ ...inUse, lastPacketSentTimestamp, bytesSent },
    })
    const pairs = [
      pair('a', sentAt(1000, 9)),
      pair('b', sentAt(3000, 1)),
      pair('c', sentAt(2000, 5)),
    ]
    expect(idOf(...pairs)).toBe('b')
    expect(idOf(...pairs.toReversed())).toBe('b')
  })

  it('is, where none says when it sent, the one that moved most', () => {
    const moved = (bytesSent: number, bytesReceived?: number) => ({
      ...{ ...inUse, bytesSent, bytesReceived },
    })
    const pairs = [pair('a', moved(5)), pair('b', moved(4, 4)), pair('c', moved(6, 1))]
    expect(idOf(...pairs)).toBe('b')
    expect(idOf(...pairs.toReversed())).toBe('b')
  })

  it.each<[string, Members]>([
    ['nominated alone', { nominated: true }],
    ['nominated and failed', { nominated: true, state: 'failed' }],
    ['nominated and cancelled (Firefox)', { nominated: true, state: 'cancelled' }],
    ['nominated and in progress', { nominated: true, state: 'in-progress' }],
    ['succeeded alone', { state: 'succeeded' }],
  ])('is none that is %s', (_, members) => {
    expect(
      idOf(pair('a', { ...members, bytesSent: 9, lastPacketSentTimestamp: 9 })),
    ).toBeUndefined()
    expect(idOf(pair('a', { ...members, bytesSent: 9 }), pair('b', inUse))).toBe('b')
  })

  it('is, of two transports, the one of the pair that moved last', () => {
    const pairs = [
      pair('a', { lastPacketSentTimestamp: 1000 }),
      pair('b', { lastPacketSentTimestamp: 2000 }),
    ]
    expect(idOf(transport('a', 't1'), transport('b', 't2'), ...pairs)).toBe('b')
  })

  it('is a pair, and nothing else of that id', () => {
    expect(selectedPairIn([stat('codec', 0, { selected: true }, 'c'), transport('c')])).toBeNull()
    expect(selectedPairIn([])).toBeNull()
  })
})

describe('the kind of path', () => {
  const relay = { candidateType: 'relay', protocol: 'udp' }

  it.each<[Members, string | undefined]>([
    [{ candidateType: 'host', protocol: 'udp' }, 'udp'],
    [{ candidateType: 'srflx', protocol: 'tcp' }, 'tcp'],
    [{ candidateType: 'prflx', protocol: 'TCP' }, 'tcp'],
    [{ candidateType: 'host', protocol: 'ssltcp' }, undefined],
    [{ candidateType: 'host' }, undefined],
    [{ candidateType: 'host', relayProtocol: 'tls' }, undefined],
    [{}, undefined],
  ])('is the protocol of a direct candidate: %j, %j', (members, expected) => {
    expect(pathKindOf(stat('local-candidate', 0, members))).toBe(expected)
  })

  it.each<[Members, string | undefined]>([
    [{ relayProtocol: 'udp' }, 'turn-udp'],
    [{ relayProtocol: 'tcp' }, 'turn-tcp'],
    [{ relayProtocol: 'tls' }, 'turn-tls'],
    [{ relayProtocol: 'tls', url: 'turn:turn.example.com?transport=udp' }, 'turn-tls'],
    // Safari 17 has the address alone.
    [{ url: 'turns:turn.example.com:443?transport=tcp' }, 'turn-tls'],
    [{ url: 'turn:turn.example.com:3478?transport=tcp' }, 'turn-tcp'],
    [{ url: 'turn:turn.example.com:3478?transport=udp' }, 'turn-udp'],
    [{ url: 'turn:turn.example.com:3478' }, 'turn-udp'],
    [{ url: 'turns:turn.example.com', priority: 2 << 24 }, 'turn-tls'],
    // libwebrtc prefers udp to tcp to tls.
    [{ priority: 41_885_439 }, 'turn-udp'],
    [{ priority: 25_108_223 }, 'turn-tcp'],
    [{ priority: 8_331_007 }, 'turn-tls'],
    [{ url: '', priority: 25_108_223 }, 'turn-tcp'],
    [{ url: 'stun:stun.example.com', priority: 8_331_007 }, 'turn-tls'],
    [{ relayProtocol: 'dtls', priority: 41_885_439 }, 'turn-udp'],
    // Another's scale.
    [{ priority: 2_122_260_223 }, undefined],
    [{ priority: 'high' }, undefined],
    [{}, undefined],
  ])('is what leads to the TURN server: %j, %j', (members, expected) => {
    expect(pathKindOf(stat('local-candidate', 0, { ...relay, ...members }))).toBe(expected)
  })

  it('is unknown without the local candidate', () => {
    expect(pathKindOf(undefined)).toBeUndefined()
  })
})
