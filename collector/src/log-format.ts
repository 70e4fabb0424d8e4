// A log entry as one line: to read, or for a machine.
import type { LogEntry, LogEvent } from './log.ts'

const LEVELS: Readonly<Record<LogEvent['event'], 'info' | 'warn' | 'error'>> = {
  batch: 'info',
  refused: 'warn',
  failed: 'error',
  'socket-closed': 'warn',
  file: 'info',
  delivery: 'warn',
  listening: 'info',
  stopping: 'info',
  stopped: 'info',
}

/** A line stays a line that fits a screen. */
const MAX_NAME = 40
/** The first group of a UUID. */
const SHORT_ID = 8

/** One JSON object: `{"time":"2026-03-01T12:03:04.512Z","level":"info","event":"batch",...}` */
export function formatJson({ at, event, ...rest }: LogEntry): string {
  return JSON.stringify({ time: new Date(at).toISOString(), level: LEVELS[event], event, ...rest })
}

/** `12:03:04.512  Demo call (3f2a91c0…)  #7  20 items  alice: 6 stats 2 events  24.1 kB gzip  +0 doubled` */
export function formatText(entry: LogEntry): string {
  switch (entry.event) {
    case 'batch':
      return batchText(entry)
    case 'refused':
      return `refused with ${entry.code}: ${entry.reason}`
    case 'failed':
      return `failed: ${entry.reason}`
    case 'socket-closed':
      return `closed a socket: ${entry.reason}`
    case 'file':
      return `${entry.name}: ${plural(entry.rooms, 'room')}`
    case 'delivery':
      return `files of rooms: ${entry.reason}`
    case 'listening':
      return `Collector on ${entry.url}: POST /ingest, and a page that shows the calls`
    case 'stopping':
      return `${entry.signal}: answers what has begun, then stops; a second one ends it at once`
    case 'stopped':
      return 'stopped'
    default:
      return entry satisfies never
  }
}

function batchText(entry: Extract<LogEntry, { event: 'batch' }>): string {
  const { at, sessionId, sessionName, batch, items, duplicates, rejected, bytes, isGzip } = entry
  const parts = [
    clockTime(at),
    `${shorten(sessionName, MAX_NAME)} (${shorten(sessionId, SHORT_ID)})`,
    `#${batch}`,
    plural(items, 'item'),
    peersPart(entry),
    `${(bytes / 1000).toFixed(1)} kB${isGzip ? ' gzip' : ''}`,
    `+${duplicates} doubled`,
    rejected > 0 ? `${rejected} rejected` : '',
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** Local time: it stands beside what the operator sees happen. */
function clockTime(at: number): string {
  const date = new Date(at)
  const two = (part: number): string => String(part).padStart(2, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function peersPart({ peers, morePeers }: Extract<LogEntry, { event: 'batch' }>): string {
  const shown = peers.map(({ peerId, stats, events }) => {
    const counts = [stats > 0 ? `${stats} stats` : '', events > 0 ? plural(events, 'event') : '']
    const name = peerId === null ? '(no peer)' : shorten(peerId, MAX_NAME)
    return `${name}: ${counts.join(' ').trim()}`
  })
  return [...shown, ...(morePeers > 0 ? [`${morePeers} more`] : [])].join(' · ')
}

/** Never half a character. */
function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
