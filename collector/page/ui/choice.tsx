// One of a few: radio buttons that stand in a row.
import { useId } from 'preact/hooks'
import './choice.css'

/** What a choice is made of. */
export interface ChoiceProps<Value extends string> {
  readonly label: string
  /** Values and their texts, in their order. */
  readonly options: readonly (readonly [value: Value, text: string])[]
  readonly value: Value
  readonly onChoose: (value: Value) => void
  /** Of the radio buttons. @default one of its own */
  readonly name?: string
}

/** The arrow keys go through it, as through any radio buttons. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const own = useId()
  const { label, options, value, onChoose, name = own } = props
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map(([each, text]) => (
        <label key={each}>
          <input
            type="radio"
            name={name}
            value={each}
            checked={each === value}
            autocomplete="off"
            onChange={() => onChoose(each)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  )
}
