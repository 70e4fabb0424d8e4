// What of a session can be taken away.
import { pathOf } from '../route.ts'
import { Card } from '../ui/card.tsx'

const FILES: readonly (readonly [file: string, text: string, what: string])[] = [
  ['items.jsonl', 'Items', 'all that came, a line of JSON each; npm run replay reads it'],
  ['rooms.json', 'Room records', 'the numbers of its calls, as JSON'],
  ['rtcstats-dump', 'RTCStatsDump', 'for viewers that know this format'],
]

/** Links to the files, which the collector makes when they are asked for. */
export function Downloads({ id }: { readonly id: string }) {
  return (
    <Card title="Downloads">
      <ul class="lines">
        {FILES.map(([file, text, what]) => (
          <li key={file}>
            <a href={`${pathOf('session', id)}/${file}`} download>
              {text}
            </a>{' '}
            <span class="note">{what}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
