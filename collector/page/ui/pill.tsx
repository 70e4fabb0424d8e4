// A state in a word, with a dot of its tone.
import type { Tone } from './tone.ts'
import './pill.css'

/** What a pill is made of. */
export interface PillProps {
  readonly id?: string
  readonly tone: Tone
  readonly text: string
  /** Changes of it are read out. @default false */
  readonly isLive?: boolean
}

/** The text says it; the tone only helps the eye. */
export function Pill({ id, tone, text, isLive = false }: PillProps) {
  return (
    <span id={id} class="pill" data-tone={tone} role={isLive ? 'status' : undefined}>
      {text}
    </span>
  )
}
