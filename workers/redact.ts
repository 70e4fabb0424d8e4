// Puts pseudonyms in place of what identifies a machine or a person, before an item is raised, stored or sent.
import { STATS_TYPES } from '../src/stats.ts'
import type { RedactSwitches } from '../src/terms.ts'
import type { Client, Item } from '../src/wire.ts'
import { rewriteOf, SWITCH_OF, type Scrub } from './identifying.ts'
import { createPseudonymize, type Form, type Pseudonymize } from './pseudonym.ts'

/** Pure: what comes in is not changed. Within one redactor the same value always has the same pseudonym. */
export interface Redactor {
  item(item: Item): Item
  client(client: Client): Client
}

/** `key` has 16 random bytes: pseudonyms made with different keys cannot be matched. */
export function createRedactor(switches: RedactSwitches, key: Uint8Array): Redactor {
  const pseudonymize = createPseudonymize(key)
  const replace: Pseudonymize = (form, value) =>
    switches[SWITCH_OF[form]] ? pseudonymize(form, value) : value
  const replaceKnown = (form: Form, value: string | null) => value && replace(form, value)
  return {
    item: (item) => redactItem(item, replace),
    client: (client) => ({
      ...client,
      userId: replaceKnown('user', client.userId),
      devices: {
        audio: replaceKnown('label', client.devices.audio),
        video: replaceKnown('label', client.devices.video),
      },
    }),
  }
}

/** Twice through the item: any string may contain a value whose own place, where its name tells it, comes later. */
function redactItem(item: Item, replace: Pseudonymize): Item {
  const found = new Map<string, string>()
  const replaceAndKeep: Pseudonymize = (form, value) => {
    // The app's own handle of the peer stays, also where it serves as the peer's name.
    if (form === 'user') return value === item.peerId ? value : replace(form, value)
    const pseudonym = replace(form, value)
    // Not a user's name: `Opus` would be taken out of `audio/Opus`.
    if (pseudonym !== value) found.set(value, pseudonym)
    return pseudonym
  }
  const { tag, data, rawStats, statsObject } = item
  const trees = {
    // What the app says with `addEvent` is its own.
    ...(tag !== 'application' && { data }),
    ...(rawStats && { rawStats }),
    ...(statsObject && { statsObject }),
  }
  const rewriteBy = (scrub: Scrub) =>
    mapStrings(
      trees,
      (text, member) => rewriteOf(tag, member)?.(text, replaceAndKeep, scrub) ?? scrub(text),
      scrub,
    )
  const peerName = item.peerName && replaceAndKeep('user', item.peerName)
  rewriteBy((text) => text)
  return { ...item, peerName, ...rewriteBy(createScrub(found)) }
}

/** Objects whose keys are stats ids, or types no browser has had so far. */
const KEYED_BY_DATA = new Set(['metrics', 'audioMos', 'videoScore', 'statsObject', 'raw'])

/** Copies a tree of JSON values with its strings rewritten. What was one object in it is one in the copy. */
function mapStrings<Tree extends object>(
  tree: Tree,
  rewriteText: (text: string, member: string) => string,
  rewriteKey: Scrub,
): Tree {
  const copies = new Map<object, unknown>()
  const map = (value: unknown, member: string): unknown => {
    if (typeof value === 'string') return rewriteText(value, member)
    if (typeof value !== 'object' || value === null) return value
    if (!copies.has(value)) copies.set(value, mapObject(value, member))
    return copies.get(value)
  }
  const mapObject = (object: object, member: string): unknown => {
    if (Array.isArray(object)) return object.map((element) => map(element, member))
    const isKeyedByData = KEYED_BY_DATA.has(member)
    return Object.fromEntries(
      Object.entries(object).map(([name, value]) => [
        isKeyedByData ? rewriteKey(name) : name,
        map(value, name),
      ]),
    )
  }
  return map(tree, '') as Tree
}

/** Shorter ones inside of another string are chance: Firefox's foundations are `0` and `1`. */
const MIN_EMBEDDED_LENGTH = 4

/** The specifications' own words stay: a fragment of four random letters may be part of one by chance. */
const WORDS = new Set<string>([
  ...STATS_TYPES,
  ...'audio video host srflx prflx relay udp tcp tls ethernet wifi cellular vpn unknown'.split(' '),
  ...'frozen waiting in-progress inprogress succeeded failed cancelled controlling'.split(' '),
  ...'controlled new checking connecting connected completed disconnected closed closing'.split(
    ' ',
  ),
  ...'open client server none cpu bandwidth other packetsReceived packetsSent'.split(' '),
  ...'turn-udp turn-tcp turn-tls'.split(' '),
])

/** Ids are rewritten as their references are, for both contain the same values. */
function createScrub(found: ReadonlyMap<string, string>): Scrub {
  const values = [...found.keys()]
    .filter((value) => value.length >= MIN_EMBEDDED_LENGTH || value.includes(':'))
    .sort((a, b) => b.length - a.length)
  if (values.length === 0) return (text) => text
  const pattern = new RegExp(values.map(escapePattern).join('|'), 'g')
  return (text) =>
    WORDS.has(text) ? text : text.replace(pattern, (value) => found.get(value) ?? value)
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
