// One number that matters, large, and what it is.
import type { ComponentChildren } from 'preact'
import type { Tone } from './tone.ts'
import './figure.css'

/** What a figure is made of. */
export interface FigureProps {
  readonly id?: string
  readonly value: ComponentChildren
  readonly unit?: string
  readonly label: string
  readonly tone?: Tone | undefined
}

/** Read as one text: the number, its unit, its name. */
export function Figure({ id, value, unit, label, tone }: FigureProps) {
  return (
    <p class="figure figures">
      <strong id={id} data-tone={tone}>
        {value}
      </strong>
      {unit && <span class="figure-unit"> {unit}</span>}
      <span class="figure-label"> {label}</span>
    </p>
  )
}
