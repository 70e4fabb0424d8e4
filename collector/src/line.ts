// One readable line per batch, for whoever watches the collector run.
import type { Arrival, ArrivedItem, Kept } from './store/store.ts'

export interface Reception {
  /** ms since the Unix epoch. */
  readonly at: number
  readonly arrival: Arrival
  readonly kept: Kept
  readonly rejected: number
  readonly bytes: number
  readonly isGzip: boolean
}

/** A line stays a line: a batch may bring hundreds of peers, and names of any length. */
const MAX_PEERS = 6
const MAX_NAME = 40
const MAX_SENTENCE = 300
/** The first group of a UUID. */
const SHORT_ID = 8

/** `12:03:04.512  Demo call (3f2a91c0…)  #7  20 items  alice: 6 stats 2 events  24.1 kB gzip  +0 doubled` */
export function batchLine({ at, arrival, kept, rejected, bytes, isGzip }: Reception): string {
  const { sessionId, sessionName, items } = arrival
  const parts = [
    clockTime(at),
    `${printable(sessionName)} (${shortId(sessionId)})`,
    `#${kept.batch}`,
    plural(items.length + rejected, 'item'),
    peersPart(items),
    `${(bytes / 1000).toFixed(1)} kB${isGzip ? ' gzip' : ''}`,
    `+${kept.duplicates} doubled`,
    rejected > 0 ? `${rejected} rejected` : '',
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** `refused with 400: The body is not JSON.` */
export function refusalLine(code: number, reason: string): string {
  return `refused with ${code}: ${printable(reason, MAX_SENTENCE)}`
}

/** What went wrong on our side. */
export function failureLine(error: unknown): string {
  return `failed: ${printable(error instanceof Error ? error.message : String(error), MAX_SENTENCE)}`
}

/** Text of a stranger for a terminal: no line breaks, no escape sequences, no reversed writing, not endless. */
function printable(text: string, maxLength: number = MAX_NAME): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return short.replace(/[\p{C}\p{Zl}\p{Zp}\\]/gu, (char) =>
    char === '\\' ? '\\\\' : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  )
}

function shortId(id: string): string {
  return id.length > SHORT_ID ? `${printable(id.slice(0, SHORT_ID))}…` : printable(id)
}

/** Local time: it stands beside what the operator sees happen. */
function clockTime(at: number): string {
  const date = new Date(at)
  const two = (part: number): string => String(part).padStart(2, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function peersPart(items: readonly ArrivedItem[]): string {
  const peers = new Map<string | null, { stats: number; events: number }>()
  for (const {
    item: { peerId, tag },
  } of items) {
    const peer = peers.get(peerId) ?? { stats: 0, events: 0 }
    peer[tag === 'stats' ? 'stats' : 'events'] += 1
    peers.set(peerId, peer)
  }
  const shown = [...peers].slice(0, MAX_PEERS).map(([peerId, { stats, events }]) => {
    const counts = [stats > 0 ? `${stats} stats` : '', events > 0 ? plural(events, 'event') : '']
    return `${peerId === null ? '(no peer)' : printable(peerId)}: ${counts.join(' ').trim()}`
  })
  const more = peers.size - shown.length
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(' · ')
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
