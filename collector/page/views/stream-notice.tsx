// How a stream stands, where it is not as it should be; and what it brought, greyed while nothing new comes.
import type { ComponentChildren } from 'preact'
import type { FollowState } from '../follow.ts'
import { Notice } from '../ui/notice.tsx'
import './stream-notice.css'

/** What stands under a stream. */
export interface StreamedProps {
  readonly state: FollowState
  readonly children: ComponentChildren
}

/** What it brought, under a notice where that may be old. */
export function Streamed({ state, children }: StreamedProps) {
  const text = textOf(state)
  return (
    <>
      {text !== null && (
        <div class="stream-notice">
          <Notice tone={state.status === 'gone' ? 'wait' : 'bad'}>{text}</Notice>
        </div>
      )}
      <div class={text === null ? undefined : 'stale'}>{children}</div>
    </>
  )
}

function textOf(state: FollowState): string | null {
  switch (state.status) {
    case 'opening':
    case 'open':
      return null
    case 'lost':
      return 'The collector does not answer. What is shown is as of before; it goes on by itself.'
    case 'refused':
      return state.code === 503
        ? 'Too many follow calls at this moment. It is tried again every few seconds.'
        : `The collector answered ${state.code}. It is tried again every few seconds.`
    case 'gone':
      return state.reason
    default:
      return state satisfies never
  }
}
