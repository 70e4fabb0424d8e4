// Rows that go to where they belong a few at a time, a frame each, until they are there.
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { afterFrame } from './after-frame.ts'
import { settle } from './settle.ts'

/** In one drawing. Twenty that moved took the browser 50 ms. */
const MOST = 4
const LATER_MS = 500

/**
 * The keys of the rows to show; at once those that are `wanted` where another `choice` was made. None moves while it
 * `isHeld`: a browser takes the focus from what is put elsewhere.
 */
export function useSettled<Key>(
  wanted: readonly Key[],
  known: { has(key: Key): boolean },
  choice: string,
  isHeld: () => boolean,
): readonly Key[] {
  const shown = useRef<{ readonly choice: string; readonly keys: readonly Key[] } | null>(null)
  const [, drawAgain] = useState({})
  const before = shown.current?.choice === choice ? shown.current.keys : []
  const keys = settle(before, wanted, known, isHeld() ? 0 : MOST)
  useLayoutEffect(() => {
    shown.current = { choice, keys }
    if (keys.every((key, at) => key === wanted[at])) return undefined
    if (!isHeld()) return afterFrame(() => drawAgain({}))
    const timer = setTimeout(() => drawAgain({}), LATER_MS)
    return () => clearTimeout(timer)
  })
  return keys
}
