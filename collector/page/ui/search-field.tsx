// A field that searches while somebody types.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import './search-field.css'

/** What a search field is made of. */
export interface SearchFieldProps {
  readonly label: string
  readonly value: string
  /** Called when nobody has typed for a moment, or at Enter. */
  readonly onSearch: (text: string) => void
}

/** Between two keys of somebody who types slowly. */
const QUIET_MS = 200

/** `value` may lag behind what is typed, or come from elsewhere: only the latter replaces the text. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const id = useId()
  const [text, setText] = useState(value)
  const told = useRef(value)

  useEffect(() => {
    if (value !== told.current) setText(value)
    told.current = value
  }, [value])

  const tell = (): void => {
    if (text === told.current) return
    told.current = text
    onSearch(text)
  }
  useEffect(() => {
    const timer = setTimeout(tell, QUIET_MS)
    return () => clearTimeout(timer)
  }, [text])

  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        tell()
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </form>
  )
}
