// What went wrong, in plain words and with its cause: each line leads to its time in the plots.
import { useMemo, useState } from 'preact/hooks'
import { CAUSES } from '../findings/finding.ts'
import type { Finding } from '../findings/finding.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { showClock, showCount } from '../ui/format.ts'
import { Empty } from '../ui/notice.tsx'
import './findings-card.css'

/** What is listed. */
export interface FindingsCardProps {
  /** In the order of time; null until all of the call is here. */
  readonly findings: readonly Finding[] | null
  readonly isLive: boolean
  readonly onShow: (finding: Finding) => void
}

const STEP = 20

/** The newest first while it runs; the list is not read out when it grows. */
export function FindingsCard({ findings, isLive, onShow }: FindingsCardProps) {
  const [shown, setShown] = useState(STEP)
  const count = findings?.length ?? 0
  // While it runs one asks what is wrong now, after it what was wrong first.
  const ordered = useMemo(() => (isLive ? findings?.toReversed() : findings), [findings, isLive])
  const lines = useMemo(
    () => (
      <ol>
        {ordered?.slice(0, shown).map((finding) => (
          <Line key={keyOf(finding)} finding={finding} onShow={onShow} />
        ))}
      </ol>
    ),
    [ordered, shown, onShow],
  )
  return (
    <Card
      class="found"
      title="What went wrong"
      beside={
        count > 0 && (
          <span class="quiet figures">{`${showCount(count)}${isLive ? ', newest first' : ''}`}</span>
        )
      }
    >
      {findings === null && <Empty>Reading the call …</Empty>}
      {findings !== null && count === 0 && (
        <Empty>{isLive ? 'Nothing so far.' : 'Nothing stands out in the numbers.'}</Empty>
      )}
      {lines}
      {count > shown && (
        <Button onPress={() => setShown(shown + STEP)}>{`Show more (${count - shown})`}</Button>
      )}
    </Card>
  )
}

interface LineProps {
  readonly finding: Finding
  readonly onShow: (finding: Finding) => void
}

function Line({ finding, onShow }: LineProps) {
  const { from, to, text, cause, tone } = finding
  const [first, last] = [showClock(from), showClock(to)]
  return (
    <li data-tone={tone}>
      <button type="button" onClick={() => onShow(finding)}>
        <span class="found-time figures">{first === last ? first : `${first} to ${last}`}</span>{' '}
        <span class="found-text">{text}.</span>
        {cause && <span class="found-cause">{` Cause: ${CAUSES[cause]}.`}</span>}
      </button>
    </li>
  )
}

function keyOf({ from, text }: Finding): string {
  // What grows while it goes on stays the same line, so that the focus stays.
  return `${from} ${text.slice(0, 20)}`
}
