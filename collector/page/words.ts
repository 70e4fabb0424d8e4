// What the collector names in one word, as a person says it.
import type { Mark } from '../src/live/views.ts'
import type { Tone } from './ui/tone.ts'
import { toneOf } from './ui/tone.ts'

/** `relay over UDP`, `direct over TCP`; `path` as in a poll. */
export function pathInWords(path: string): string {
  const transport = isRelayed(path) ? path.slice('turn-'.length) : path
  return `${isRelayed(path) ? 'relay' : 'direct'} over ${transport.toUpperCase()}`
}

/** Whether `path`, as in a poll, goes over a TURN server. */
export function isRelayed(path: string): boolean {
  return path.startsWith('turn-')
}

const MARKS: Readonly<Record<Mark, string>> = {
  gap: 'gap before it',
  reset: 'counters began anew',
  stale: 'old report',
  iceRestart: 'ICE restart',
  muted: 'muted',
  clockSkew: 'clock is off',
}

/** What makes the numbers of a poll other than they seem. */
export function markInWords(mark: Mark): string {
  return MARKS[mark]
}

/** Instead of a state: nothing comes, and nobody said that he leaves. */
export const SILENT = { text: 'silent', tone: 'bad' } as const

/** A connection's state, as last said, and its tone. */
export function stateInWords(state: string | null): { readonly text: string; readonly tone: Tone } {
  switch (state) {
    case null:
      return { text: 'unknown', tone: 'calm' }
    case 'closed':
    case 'removed':
      return { text: 'left', tone: 'calm' }
    default:
      return { text: state, tone: toneOf(state) }
  }
}
