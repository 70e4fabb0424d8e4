// Whether a call runs, in a word; and the order by that.
import type { PillProps } from '../ui/pill.tsx'

/** Those that run come first, then the newest; none changes places while it runs. */
export function stateOrder(row: { readonly isLive: boolean; readonly startMs: number }): number {
  return row.isLive ? row.startMs + Number.MAX_SAFE_INTEGER / 2 : row.startMs
}

/** Of a call. */
export function statePill(isLive: boolean): Pick<PillProps, 'tone' | 'text'> {
  return isLive ? { tone: 'good', text: 'live' } : { tone: 'calm', text: 'ended' }
}
