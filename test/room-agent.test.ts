// Names the browser and the system of a participant.
import { describe, expect, test } from 'vitest'
import { agentOf } from '../collector/src/rooms/agent.ts'
import type { ClientHints } from '../src/wire.ts'

const LINUX = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15'
const ANDROID = 'Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A.230805.001; wv)'

const hintsOf = (hints: Partial<ClientHints> = {}): ClientHints => ({
  ...{ platform: 'Linux', platformVersion: '', bitness: '64', mobile: false },
  fullVersionList: [
    { brand: ' Not A;Brand', version: '99.0.0.0' },
    { brand: 'Chromium', version: '102.0.5005.61' },
    { brand: 'Google Chrome', version: '102.0.5005.62' },
  ],
  ...hints,
})

/** As a line: `os|version|browser|version`. */
function told(userAgent: string | null, hints: ClientHints | null = null): string {
  return Object.values(agentOf(userAgent, hints)).join('|')
}

describe('a user agent tells', () => {
  test.each([
    [
      'Chrome on Linux, as in the sample',
      `${LINUX} Chrome/102.0.5005.61 Safari/537.36`,
      'Linux|64-bit|Chrome|102.0.5005.61',
    ],
    [
      'Chrome on a frozen Windows',
      `${WINDOWS} Chrome/124.0.0.0 Safari/537.36`,
      'Windows|10|Chrome|124.0.0.0',
    ],
    [
      'Chrome on a frozen macOS',
      `${MAC} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36`,
      'macOS|10.15.7|Chrome|124.0.0.0',
    ],
    [
      'Chrome OS',
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
      'Chrome OS|64-bit|Chrome|124.0.0.0',
    ],
    [
      'Edge',
      `${WINDOWS} Chrome/124.0.0.0 Safari/537.36 Edg/124.0.2478.51`,
      'Windows|10|Microsoft Edge|124.0.2478.51',
    ],
    [
      'Opera',
      `${WINDOWS} Chrome/122.0.0.0 Safari/537.36 OPR/108.0.0.0`,
      'Windows|10|Opera|108.0.0.0',
    ],
    [
      'Firefox',
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'Linux|64-bit|Firefox|140.0',
    ],
    [
      'Firefox on 32 bits',
      'Mozilla/5.0 (X11; Linux i686; rv:140.0) Gecko/20100101 Firefox/140.0',
      'Linux|32-bit|Firefox|140.0',
    ],
    [
      'Firefox on an old Windows',
      'Mozilla/5.0 (Windows NT 6.3; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0',
      'Windows|8.1|Firefox|115.0',
    ],
    [
      'Firefox on Android',
      'Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0',
      'Android|14|Firefox|125.0',
    ],
    [
      'Safari',
      `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15`,
      'macOS|10.15.7|Safari|17.4.1',
    ],
    [
      'Safari on iOS',
      `${IPHONE} (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1`,
      'iOS|17.4.1|Safari|17.4.1',
    ],
    [
      'Chrome on iOS',
      `${IPHONE} (KHTML, like Gecko) CriOS/124.0.6367.88 Mobile/15E148 Safari/604.1`,
      'iOS|17.4.1|Chrome|124.0.6367.88',
    ],
    [
      'Chrome on a frozen Android',
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36',
      'Android|10|Chrome|124.0.0.0',
    ],
    [
      'an Android WebView',
      `${ANDROID} AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36`,
      'Android|13|Android WebView|116.0.0.0',
    ],
    [
      'Samsung Internet',
      'Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36',
      'Android|13|Samsung Internet|23.0',
    ],
    [
      'a headless Chrome',
      `${LINUX} HeadlessChrome/156.0.0.0 Safari/537.36`,
      'Linux|64-bit|Chrome|156.0.0.0',
    ],
    [
      'Electron',
      `${LINUX} MyApp/1.0.0 Chrome/120.0.6099.109 Electron/28.1.0 Safari/537.36`,
      'Linux|64-bit|Electron|28.1.0',
    ],
    ['nothing of a browser', 'curl/8.1', '|||'],
    ['nothing at all', '', '|||'],
  ])('%s', (_, userAgent, expected) => {
    expect(told(userAgent)).toBe(expected)
  })
})

describe('hints go first', () => {
  const chrome = `${LINUX} Chrome/102.0.0.0 Safari/537.36`

  test('the browser is the brand, in its full version, not what it was built of', () => {
    expect(told(chrome, hintsOf())).toBe('Linux|64-bit|Chrome|102.0.5005.62')
  })

  test.each(['Not A;Brand', 'Not/A)Brand', 'Not_A Brand', '(Not(A:Brand', 'Not.A/Brand'])(
    'a made-up brand, %s, is none',
    (brand) => {
      const fullVersionList = [
        { brand, version: '8.0.0.0' },
        { brand: 'Microsoft Edge', version: '124.0.2478.51' },
        { brand: 'Chromium', version: '124.0.6367.60' },
      ]
      expect(told(chrome, hintsOf({ fullVersionList }))).toBe(
        'Linux|64-bit|Microsoft Edge|124.0.2478.51',
      )
    },
  )

  test('who is Chromium and no brand is Chromium', () => {
    const fullVersionList = [{ brand: 'Chromium', version: '124.0.6367.60' }]
    expect(told(chrome, hintsOf({ fullVersionList }))).toBe('Linux|64-bit|Chromium|124.0.6367.60')
  })

  test('Electron, which has no brand, is found in its user agent', () => {
    const fullVersionList = [{ brand: 'Chromium', version: '120.0.6099.109' }]
    const electron = `${LINUX} App/1.0.0 Chrome/120.0.6099.109 Electron/28.1.0 Safari/537.36`
    expect(told(electron, hintsOf({ fullVersionList }))).toBe('Linux|64-bit|Electron|28.1.0')
  })

  test.each([
    ['15.0.0', '11'],
    ['13.0.0', '11'],
    ['10.0.0', '10'],
    ['1.0.0', '10'],
    ['0.3.0', '8.1'],
    ['0.2.0', '8'],
    ['0.1.0', '7'],
    ['0.9.0', '0.9.0'],
    ['XP', 'XP'],
  ])('Windows that says %s is %s', (platformVersion, expected) => {
    const { os, osVersion } = agentOf(chrome, hintsOf({ platform: 'Windows', platformVersion }))
    expect([os, osVersion]).toEqual(['Windows', expected])
  })

  test('macOS says more there than in a frozen user agent', () => {
    const hints = hintsOf({ platform: 'macOS', platformVersion: '14.4.1' })
    const userAgent = `${MAC} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/102.0.0.0 Safari/537.36`
    expect(told(userAgent, hints)).toBe('macOS|14.4.1|Chrome|102.0.5005.62')
  })

  test('what they do not say the user agent does', () => {
    const hints = hintsOf({ platform: '', bitness: '', fullVersionList: [] })
    expect(told(chrome, hints)).toBe('Linux|64-bit|Chrome|102.0.0.0')
    expect(told(chrome, { ...hints, platform: 'Linux' })).toBe('Linux|64-bit|Chrome|102.0.0.0')
    expect(told(chrome, { ...hints, platform: 'Fuchsia' })).toBe('Fuchsia||Chrome|102.0.0.0')
  })

  test('without a user agent they are all there is', () => {
    expect(told(null, hintsOf())).toBe('Linux|64-bit|Chrome|102.0.5005.62')
  })
})

describe('a stranger who sends a lot', () => {
  const MIB = 2 ** 20

  test.each(['a', '(', 'Windows ', '1.', 'Mozilla/5.0 (', '\ud800', 'Mac OS X 10_', ' '])(
    'of %j is looked at for a thousand characters',
    (part) => {
      const much = part.repeat(MIB / part.length)
      const hints = hintsOf({
        ...{ platform: much, platformVersion: much, bitness: much },
        fullVersionList: Array.from({ length: 1000 }, () => ({ brand: much, version: much })),
      })
      expect(agentOf(much, null)).toEqual(agentOf(much.slice(0, 1000), null))
      const lengths = Object.values(agentOf(much, hints)).map((word) => word?.length ?? 0)
      expect(Math.max(...lengths)).toBeLessThan(200)
    },
  )

  test('gets no name out of what objects have by themselves', () => {
    expect(told('constructor', hintsOf({ platform: '__proto__' }))).toContain('__proto__|64-bit')
    expect(told(null, hintsOf({ platform: 'toString' }))).toContain('toString|64-bit')
  })

  test('is forgotten in time, and known again', () => {
    for (let version = 0; version < 2000; version++) {
      expect(told(`${LINUX} Chrome/${version}.0 Safari/537.36`)).toContain(`Chrome|${version}.0`)
    }
    expect(told(`${LINUX} Chrome/0.0 Safari/537.36`)).toContain('Chrome|0.0')
  })
})
