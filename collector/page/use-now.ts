// The time, for what changes by itself while it passes: one clock for all who look at it.
import { useEffect, useState } from 'preact/hooks'

const EVERY_MS = 1000

const looking = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** What `textOf` says of the time, ms since the Unix epoch; drawn anew only where that changes. */
export function useTimed(textOf: (nowMs: number) => string): string {
  const [, setText] = useState('')
  const text = textOf(Date.now())
  useEffect(() => {
    const look = (): void => setText(textOf(Date.now()))
    looking.add(look)
    timer ??= setInterval(() => {
      for (const each of looking) each()
    }, EVERY_MS)
    return () => {
      looking.delete(look)
      if (looking.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }, [textOf])
  return text
}
