// How something stands, in one word that has a colour; the word itself is never the only sign of it.

/** `data-tone` of an element: `calm` is what needs no attention. */
export type Tone = 'good' | 'wait' | 'bad' | 'calm'

/** Of a state of a connection, of ICE or of signalling. */
export function toneOf(state: string): Tone {
  switch (state) {
    case 'connected':
    case 'completed':
    case 'complete':
    case 'stable':
      return 'good'
    case 'failed':
    case 'disconnected':
      return 'bad'
    case 'closed':
    case 'ended':
    case 'new':
      return 'calm'
    default:
      return 'wait'
  }
}
