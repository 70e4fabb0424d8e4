// Which browser on which system a participant has: by its client hints, else by its user agent.
import bowser from 'bowser'
import type { ClientHints } from '../../../src/wire.ts'

export interface Agent {
  /** `Linux`, `Windows`, `macOS`, `Android`, `iOS`, `Chrome OS`. */
  readonly os: string | null
  /** `11`, `14.4.1`; where the system tells none its word size, `64-bit`. */
  readonly osVersion: string | null
  readonly browser: string | null
  readonly browserVersion: string | null
}

interface Named {
  readonly name: string | null
  readonly version: string | null
}

/** Real ones have 200 and less. Whatever was sent, no more of it is looked at. */
const MAX_USER_AGENT = 1000
/** Of a name or a version. */
const MAX_WORD = 100
/** Browsers name three or four, one of them made up. */
const MAX_BRANDS = 20
/** To parse a user agent takes 0.2 ms, and those of a room are few. */
const MAX_PARSED = 500

/** One browser has one name, with hints and without. */
const ALIASES: Readonly<Record<string, string>> = {
  'Google Chrome': 'Chrome',
  HeadlessChrome: 'Chrome',
  'Samsung Internet for Android': 'Samsung Internet',
  'Chromium OS': 'Chrome OS',
}

const UNKNOWN: Named = { name: null, version: null }

/** What cannot be known is null. Never throws, whatever a stranger sent. */
export function agentOf(userAgent: string | null, hints: ClientHints | null): Agent {
  const parsed = parse(cut(userAgent ?? '', MAX_USER_AGENT))
  const os = (hints && systemOf(hints, parsed.os)) ?? parsed.os
  const browser = (hints && browserOf(hints, parsed.browser)) ?? parsed.browser
  return {
    os: os.name,
    osVersion: os.version,
    browser: browser.name,
    browserVersion: browser.version,
  }
}

function systemOf(hints: ClientHints, told: Named): Named | null {
  const name = nameOf(hints.platform)
  if (name === null || name === 'Unknown') return null
  const version = wordOf(hints.platformVersion)
  if (version !== null) {
    return { name, version: name === 'Windows' ? windowsOf(version) : version }
  }
  const bitness = wordOf(hints.bitness)
  if (bitness !== null) return { name, version: `${bitness}-bit` }
  return name === told.name ? told : { name, version: null }
}

/** https://learn.microsoft.com/microsoft-edge/web-platform/how-to-detect-win11 */
function windowsOf(version: string): string {
  const [major, minor] = version.split('.').map(Number)
  if (major === 0) return ['7', '8', '8.1'][(minor ?? NaN) - 1] ?? version
  if (major === undefined || Number.isNaN(major)) return version
  return major >= 13 ? '11' : '10'
}

/** `Chromium` stands beside the brand that was built of it. */
function browserOf({ fullVersionList }: ClientHints, told: Named): Named | null {
  const brands = fullVersionList
    .slice(0, MAX_BRANDS)
    .map(({ brand, version }) => ({ name: nameOf(brand), version: wordOf(version) }))
    .filter(({ name }) => name !== null && !isGrease(name))
  const brand = brands.find(({ name }) => name !== 'Chromium')
  if (brand) return brand
  // Electron names itself in the user agent alone; there Chromium calls itself Chrome.
  if (told.name !== null && told.name !== 'Chrome') return told
  return brands[0] ?? null
}

/** `Not A;Brand`, `Not/A)Brand`, ...: made up, so that nobody relies on the order or the signs. */
function isGrease(brand: string): boolean {
  return brand.replace(/[^a-z]/gi, '').toLowerCase() === 'notabrand'
}

interface Parsed {
  readonly os: Named
  readonly browser: Named
}

/** The one that was parsed first goes first. */
const parsedAgents = new Map<string, Parsed>()

function parse(userAgent: string): Parsed {
  const known = parsedAgents.get(userAgent)
  if (known) return known
  const parsed = parseAnew(userAgent)
  for (const oldest of parsedAgents.keys()) {
    if (parsedAgents.size < MAX_PARSED) break
    parsedAgents.delete(oldest)
  }
  parsedAgents.set(userAgent, parsed)
  return parsed
}

/**
 * Browsers froze what they say of the system: `10.15.7` is that macOS or a later one, Windows `10` may be 11, and
 * Android `10` any. It is told as it stands there.
 */
function parseAnew(userAgent: string): Parsed {
  // Bowser takes no empty one.
  if (userAgent === '') return { os: UNKNOWN, browser: UNKNOWN }
  const { os, browser } = bowser.parse(userAgent)
  const osName = nameOf(os.name)
  // `NT 6.1` is `7`; of macOS it is a name (`Catalina`) that hints do not have.
  const osVersion = wordOf(osName === 'Windows' ? (os.versionName ?? os.version) : os.version)
  const name = nameOf(browser.name)
  const isWebView = name === 'Chrome' && userAgent.includes('; wv)')
  return {
    os: { name: osName, version: osVersion ?? (osName && wordSizeOf(userAgent)) },
    browser: { name: isWebView ? 'Android WebView' : name, version: wordOf(browser.version) },
  }
}

function wordSizeOf(userAgent: string): string | null {
  if (/x86_64|x64|amd64|aarch64|arm64|wow64/i.test(userAgent)) return '64-bit'
  return /i[3-6]86|armv7/i.test(userAgent) ? '32-bit' : null
}

function nameOf(name: string | undefined): string | null {
  const word = wordOf(name)
  return word !== null && Object.hasOwn(ALIASES, word) ? (ALIASES[word] ?? null) : word
}

function wordOf(value: string | undefined): string | null {
  return cut(value ?? '', MAX_WORD).trim() || null
}

/** A copy: a slice would hold on to the whole of what was sent. */
function cut(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString()
}
