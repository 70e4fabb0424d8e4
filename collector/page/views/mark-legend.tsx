// What the marks of the plots mean, in words.
import './mark-legend.css'

const MARKS = [
  ['gap', 'nothing was captured, or has arrived'],
  ['freeze', 'received video froze'],
  ['event', 'something happened: see the events'],
  ['reset', 'counters began anew'],
  ['stale', 'the browser gave its report again'],
  ['muted', 'audio muted'],
  ['partial', 'only part of the item is here'],
] as const

/** Each with its sign. */
export function MarkLegend() {
  return (
    <details class="marks">
      <summary>What the marks mean</summary>
      <ul>
        {MARKS.map(([kind, text]) => (
          <li key={kind}>
            <i class={`mark mark-${kind}`} aria-hidden="true" />
            {text}
          </li>
        ))}
      </ul>
    </details>
  )
}
