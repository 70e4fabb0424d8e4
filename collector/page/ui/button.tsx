// A button, and one that stays pressed.
import type { ComponentChildren } from 'preact'
import type { Tone } from './tone.ts'
import './button.css'

/** What a button is made of. */
export interface ButtonProps {
  readonly id?: string
  /** The one that matters. @default false */
  readonly isStrong?: boolean
  /** Nothing is to be done by it now; it stays where the keyboard is. @default false */
  readonly isOff?: boolean
  readonly onPress: () => void
  readonly children: ComponentChildren
}

/** Does something at once. */
export function Button({ id, isStrong = false, isOff = false, onPress, children }: ButtonProps) {
  return (
    <button
      id={id}
      type="button"
      class={isStrong ? 'button strong' : 'button'}
      aria-disabled={isOff || undefined}
      onClick={isOff ? undefined : onPress}
    >
      {children}
    </button>
  )
}

/** What a toggle is made of. */
export interface ToggleProps {
  readonly id?: string
  readonly isOn: boolean
  /** Of its look while it is pressed. */
  readonly tone?: Tone
  readonly onChange: (isOn: boolean) => void
  /** What is on while it is pressed: it does not change with it. */
  readonly children: ComponentChildren
}

/** A button that is on or off. */
export function Toggle({ id, isOn, tone, onChange, children }: ToggleProps) {
  return (
    <button
      id={id}
      type="button"
      class="button"
      data-pressed-tone={tone}
      aria-pressed={isOn}
      onClick={() => onChange(!isOn)}
    >
      {children}
    </button>
  )
}
