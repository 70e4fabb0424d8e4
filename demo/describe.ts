// The one thing that matters of an event, as a line of the log.
import type { EventLine } from '../collector/page/ui/event-list.tsx'
import type { PageItem } from '../src/index.ts'

const MAX_DETAIL_CHARS = 70

/** Whose it is, and its one word. */
export function lineOf({ event, peerName, timestamp, data }: PageItem): Omit<EventLine, 'id'> {
  const detail = [peerName ?? '', describe(data)].filter((part) => part !== '').join(': ')
  return { at: Date.parse(timestamp), what: event, detail }
}

/** The word that an event has; else its data, cut. */
function describe(data: unknown): string {
  if (data === null || typeof data !== 'object') return ''
  if ('state' in data) return String(data.state)
  if ('candidate' in data) return cut(String(data.candidate))
  if ('kind' in data) return String(data.kind)
  return cut(JSON.stringify(data).replaceAll('"', '').slice(1, -1).replaceAll(',', ', '))
}

function cut(text: string): string {
  return text.length > MAX_DETAIL_CHARS ? `${text.slice(0, MAX_DETAIL_CHARS)}…` : text
}
