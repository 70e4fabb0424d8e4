// Finds the source address behind proxies, and believes nobody else.
import { describe, expect, test } from 'vitest'
import { createAddressOf } from '../collector/src/ingest/address.ts'

const PROXY = '10.0.0.7'
const CLIENT = '198.51.100.20'
const addressOf = createAddressOf(['10.0.0.0/8', '192.0.2.10', '2001:db8:1::/48'])

describe('a connection from elsewhere', () => {
  test('is its own source, whatever its header says', () => {
    expect(addressOf(CLIENT, null)).toBe(CLIENT)
    expect(addressOf(CLIENT, '203.0.113.9')).toBe(CLIENT)
    expect(addressOf(CLIENT, `203.0.113.9, ${PROXY}`)).toBe(CLIENT)
  })

  test('is never a proxy where none is trusted', () => {
    expect(createAddressOf([])('127.0.0.1', CLIENT)).toBe('127.0.0.1')
  })

  test.each([undefined, '', 'unix:', 'localhost'])('without an address (%j) is none', (remote) => {
    expect(addressOf(remote, CLIENT)).toBe(null)
  })
})

describe('a trusted proxy', () => {
  test('tells who reached it', () => {
    expect(addressOf(PROXY, CLIENT)).toBe(CLIENT)
    expect(addressOf('192.0.2.10', CLIENT)).toBe(CLIENT)
    expect(addressOf('2001:DB8:1:0::5', '2001:db8:2::9')).toBe('2001:db8:2::9')
  })

  test('does not vouch for what its client wrote before', () => {
    expect(addressOf(PROXY, `203.0.113.9, ${CLIENT}`)).toBe(CLIENT)
    expect(addressOf(PROXY, `203.0.113.9, ${PROXY}, ${CLIENT}`)).toBe(CLIENT)
    expect(addressOf(PROXY, `nonsense, ${CLIENT}`)).toBe(CLIENT)
  })

  test('is passed over behind another one', () => {
    expect(addressOf(PROXY, `203.0.113.9, ${CLIENT}, 192.0.2.10, 10.1.2.3`)).toBe(CLIENT)
  })

  test('that is all there is is the source: somebody inside', () => {
    expect(addressOf(PROXY, null)).toBe(PROXY)
    expect(addressOf(PROXY, ' ')).toBe(PROXY)
    expect(addressOf(PROXY, '10.3.3.3, 10.2.2.2')).toBe('10.3.3.3')
  })

  test.each([
    'unknown',
    '_hidden',
    `${CLIENT},`,
    '999.1.1.1',
    '198.51.100.20.5',
    '::g',
    '[',
    'a:1',
  ])('that wrote no address (%j) leaves it unknown: its own would be a wrong place', (written) => {
    expect(addressOf(PROXY, written)).toBe(null)
    expect(addressOf(PROXY, `${CLIENT}, ${written}`)).toBe(null)
  })

  test('may write megabytes', () => {
    const many = `${'203.0.113.9, '.repeat(100_000)}${CLIENT}`
    expect(addressOf(PROXY, many)).toBe(CLIENT)
    expect(addressOf(PROXY, `${'1.'.repeat(1_000_000)}:${'['.repeat(1_000_000)}`)).toBe(null)
  })
})

describe('one address has one spelling', () => {
  test.each([
    ['198.51.100.20:4711', CLIENT],
    [' 198.51.100.20 ', CLIENT],
    ['::ffff:198.51.100.20', CLIENT],
    ['::FFFF:c633:6414', CLIENT],
    ['0:0:0:0:0:ffff:198.51.100.20', CLIENT],
    ['[::ffff:198.51.100.20]:443', CLIENT],
    ['[2001:db8:2::9]:4711', '2001:db8:2::9'],
    ['[2001:db8:2::9]', '2001:db8:2::9'],
    ['2001:DB8:2:0:0:0:0:9', '2001:db8:2::9'],
    ['fe80::1%eth0', 'fe80::1'],
    ['fe80::1%a\nb', 'fe80::1'],
  ])('%s is %s', (written, address) => {
    expect(addressOf(PROXY, written)).toBe(address)
    expect(addressOf(written, null)).toBe(address)
  })

  test('so that a proxy is known in each', () => {
    expect(addressOf('::ffff:10.0.0.7', CLIENT)).toBe(CLIENT)
    expect(createAddressOf(['::ffff:10.0.0.7'])(PROXY, CLIENT)).toBe(CLIENT)
    expect(createAddressOf(['2001:DB8:0:0::1'])('2001:db8::1', CLIENT)).toBe(CLIENT)
  })
})

test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/', '10.0/8', '::/129', '::ffff:10.0.0.0/104'])(
  'a range that is none (%j) is refused in one sentence',
  (range) => {
    expect(() => createAddressOf(['127.0.0.1', range])).toThrow(
      `trustedProxies: expected addresses or ranges like 10.0.0.0/8, got '${range}'`,
    )
  },
)

test('everybody can be trusted', () => {
  const ofAnybody = createAddressOf(['0.0.0.0/0', '::/0'])
  expect(ofAnybody(CLIENT, '203.0.113.9')).toBe('203.0.113.9')
  expect(ofAnybody('2001:db8::1', '2001:db8::2')).toBe('2001:db8::2')
})
