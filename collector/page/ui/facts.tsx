// Names and their values, one a line or side by side.
import type { ComponentChildren } from 'preact'
import type { Tone } from './tone.ts'
import './facts.css'

/** One name and its value. */
export interface Fact {
  readonly name: string
  readonly value: ComponentChildren
  readonly tone?: Tone | undefined
  /** Of the value's element. */
  readonly id?: string
}

/** What a list of facts is made of. */
export interface FactsProps {
  readonly facts: readonly Fact[]
  /** Side by side, as many as there is room for. @default false */
  readonly isInline?: boolean
}

/** A list of descriptions; a fact is known by its name. */
export function Facts({ facts, isInline = false }: FactsProps) {
  return (
    <dl class={isInline ? 'facts facts-inline' : 'facts'}>
      {facts.map(({ name, value, tone, id }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd id={id} class="figures" data-tone={tone}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
