// Who sent a producer's items: the facts of its latest batch, whichever came last.
import type { Facts, Location } from '../facts.ts'
import { NOWHERE } from '../facts.ts'
import type { ClientHints } from '../../../src/wire.ts'
import { cut } from './read.ts'

/** JSON. `at` is when the batch that said so was sealed. */
interface Fact<Value> {
  value: Value
  at: number
}

export interface Clients {
  sdkVersion: Fact<string | null>
  userAgent: Fact<string | null>
  hints: Fact<ClientHints | null>
  location: Fact<Location>
  /** By name; the last write wins. */
  keys: [name: string, value: string, at: number][]
}

const MAX_KEYS = 50
const MAX_KEY = 100
const MAX_VALUE = 1000
const MAX_USER_AGENT = 1000
const MAX_BRANDS = 10

export function newClients(): Clients {
  const unknown = { value: null, at: 0 }
  return {
    sdkVersion: { ...unknown },
    userAgent: { ...unknown },
    hints: { ...unknown },
    location: { value: NOWHERE, at: 0 },
    keys: [],
  }
}

export function addFacts(clients: Clients, facts: Facts, at: number): void {
  const { sdkVersion, userAgent, hints, location } = facts
  const { city, country, organization } = location
  mergeClients(clients, {
    sdkVersion: { value: sdkVersion && cut(sdkVersion), at },
    userAgent: { value: userAgent && cut(userAgent, MAX_USER_AGENT), at },
    hints: { value: hints && boundHints(hints), at },
    location: {
      value: { city: short(city), country: short(country), organization: short(organization) },
      at,
    },
    keys: Object.entries(facts.keys)
      .slice(0, MAX_KEYS)
      .map(([name, value]) => [cut(name, MAX_KEY), cut(String(value), MAX_VALUE), at]),
  })
}

/** Commutative: of two that were sealed at one moment the greater wins. */
export function mergeClients(clients: Clients, other: Clients): void {
  // What a page sends in its last moment has no hints, and its user agent says the same.
  for (const name of ['sdkVersion', 'userAgent', 'hints'] as const) {
    if (other[name].value !== null) take(clients[name] as Fact<unknown>, other[name])
  }
  if (Object.values(other.location.value).some((part) => part !== null)) {
    take(clients.location, other.location)
  }
  for (const [name, value, at] of other.keys) {
    const held = clients.keys.find(([known]) => known === name)
    if (!held) clients.keys.push([name, value, at])
    else if (at > held[2] || (at === held[2] && value > held[1])) [held[1], held[2]] = [value, at]
  }
  if (clients.keys.length <= MAX_KEYS) return
  clients.keys.sort(([one, , oneAt], [two, , twoAt]) => twoAt - oneAt || (one < two ? -1 : 1))
  clients.keys.length = MAX_KEYS
}

function take<Value>(held: Fact<Value>, fact: Fact<Value>): void {
  const isFirst = held.at === 0 && fact.at !== 0
  if (!isFirst && fact.at < held.at) return
  if (!isFirst && fact.at === held.at && !isGreater(fact.value, held.value)) return
  held.value = fact.value
  held.at = fact.at
}

function isGreater(one: unknown, other: unknown): boolean {
  if (typeof one === 'string' && typeof other === 'string') return one > other
  return JSON.stringify(one) > JSON.stringify(other)
}

function short(text: string | null): string | null {
  return text && cut(text)
}

function boundHints(hints: ClientHints): ClientHints {
  const { platform, platformVersion, bitness, mobile, fullVersionList } = hints
  return {
    platform: cut(platform),
    platformVersion: cut(platformVersion),
    bitness: cut(bitness),
    mobile,
    fullVersionList: fullVersionList
      .slice(0, MAX_BRANDS)
      .map(({ brand, version }) => ({ brand: cut(brand), version: cut(version) })),
  }
}
