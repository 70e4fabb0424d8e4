// A part of a page under its heading.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './card.css'

/** What a card is made of. */
export interface CardProps {
  readonly title: ComponentChildren
  /** More of its look, beside `card`. */
  readonly class?: string
  /** Beside the heading: a state, a choice, a download. */
  readonly beside?: ComponentChildren
  readonly children: ComponentChildren
}

/** A section that is named by its heading. */
export function Card({ title, class: own = '', beside, children }: CardProps) {
  const id = useId()
  return (
    <section class={`card ${own}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {beside}
      </header>
      {children}
    </section>
  )
}
