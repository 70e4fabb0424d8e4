// What happened, the newest first or last: so many lines as one reads, and more at a press.
import { useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { showTime } from './format.ts'
import { still } from './still.ts'
import type { Tone } from './tone.ts'
import './event-list.css'

/** One event. A line never changes: another one is another object. */
export interface EventLine {
  /** Known by it among all lines. */
  readonly id: string | number
  /** ms since the Unix epoch. */
  readonly at: number
  readonly what: string
  readonly detail: string
  readonly tone?: Tone | undefined
}

/** What a list of events is made of. */
export interface EventListProps {
  readonly id?: string
  /** Said to those who do not see it. */
  readonly label: string
  /** In the order in which they happened. It may be the same array with more in it. */
  readonly lines: readonly EventLine[]
  /** The newest ones are at the end. @default false */
  readonly isOldestFirst?: boolean
  /** News are read out. @default false */
  readonly isLive?: boolean
  /** Makes of the time a button, which shows that time elsewhere. */
  readonly onChoose?: (line: EventLine) => void
}

const STEP = 100

/** Thousands of lines cost no more than those that are shown. */
export function EventList(props: EventListProps) {
  const { id, label, lines, isLive = false, isOldestFirst = false, onChoose } = props
  const [shown, setShown] = useState(STEP)
  const rest = Math.max(0, lines.length - shown)
  const seen = isOldestFirst ? lines.slice(0, shown) : lines.slice(rest).reverse()
  const live = isLive
    ? ({ role: 'log', 'aria-relevant': 'additions' } as const)
    : { role: 'group' as const }
  return (
    <div class="events" tabIndex={0} aria-label={label} {...live}>
      <ol id={id}>
        {seen.map((line) => (
          <Line key={line.id} line={line} onChoose={onChoose} />
        ))}
      </ol>
      {rest > 0 && (
        <Button onPress={() => setShown(shown + STEP * 5)}>
          {`Show ${isOldestFirst ? 'later' : 'earlier'} (${rest})`}
        </Button>
      )}
    </div>
  )
}

interface LineProps {
  readonly line: EventLine
  readonly onChoose: ((line: EventLine) => void) | undefined
}

const Line = still(({ line, onChoose }: LineProps) => {
  const { at, what, detail, tone } = line
  const time = <time dateTime={new Date(at).toISOString()}>{showTime(at, Date.now())}</time>
  return (
    <li data-tone={tone}>
      {onChoose ? (
        <button type="button" onClick={() => onChoose(line)}>
          {time}
        </button>
      ) : (
        time
      )}
      <b>{what}</b>
      {detail !== '' && <span>{detail}</span>}
    </li>
  )
})
