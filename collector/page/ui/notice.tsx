// What is said where there is nothing to show, or where something is wrong with what is shown.
import type { ComponentChildren } from 'preact'
import type { Tone } from './tone.ts'
import './notice.css'

/** What a notice is made of. */
export interface NoticeProps {
  readonly id?: string
  readonly tone?: Tone
  readonly children: ComponentChildren
}

/** Over what it is about: a lost stream, a partial list. Read out when it comes. */
export function Notice({ id, tone = 'wait', children }: NoticeProps) {
  return (
    <p id={id} class="notice" role={tone === 'bad' ? 'alert' : 'status'} data-tone={tone}>
      {children}
    </p>
  )
}

/** In the place of what is not there (yet). */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty quiet">{children}</p>
}
