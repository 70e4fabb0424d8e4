// A short list of what happened, the newest first.
import type { PageItem } from '../src/index.ts'
import { copyOf, find, say } from './dom.ts'
import { showTime } from './format.ts'

export interface EventLog {
  addItem(item: PageItem): void
  add(line: LogLine): void
}

interface LogLine {
  readonly at: Date
  readonly what: string
  readonly detail: string
  readonly tone?: 'good' | 'bad'
}

const MAX_LINES = 80
const MAX_DETAIL_CHARS = 70

export function createEventLog(): EventLog {
  const list = find(document, '#log', HTMLElement)
  const template = find(document, '#log-line', HTMLTemplateElement)
  const add = ({ at, what, detail, tone }: LogLine): void => {
    const line = copyOf(template)
    if (tone) line.dataset['tone'] = tone
    say(find(line, 'time', HTMLElement), showTime(at))
    say(find(line, 'b', HTMLElement), what)
    say(find(line, 'span', HTMLElement), detail)
    list.prepend(line)
    while (list.childElementCount > MAX_LINES) list.lastElementChild?.remove()
  }
  return {
    add,
    addItem({ event, peerName, timestamp, data }) {
      const detail = [peerName ?? '', describe(data)].filter((part) => part !== '').join(': ')
      add({ at: new Date(timestamp), what: event, detail })
    },
  }
}

/** The one word that matters, where an event has one; else its data, cut. */
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
