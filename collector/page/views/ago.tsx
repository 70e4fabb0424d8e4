// How long ago something was, as time passes.
import { useCallback } from 'preact/hooks'
import { showAgo } from '../ago.ts'
import { showTime } from '../ui/format.ts'
import { useTimed } from '../use-now.ts'

/** `timeMs` is since the Unix epoch, by a clock that is `behindMs` behind ours. */
export function Ago({ timeMs, behindMs }: { readonly timeMs: number; readonly behindMs: number }) {
  const textOf = useCallback(
    (nowMs: number) => showAgo(timeMs, nowMs - behindMs),
    [timeMs, behindMs],
  )
  return <span title={showTime(timeMs, Date.now())}>{useTimed(textOf)}</span>
}
