// The findings of a call, worked out anew while it goes on, but not at each poll.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Finding } from './findings/finding.ts'
import { findPiecewise } from './findings/findings.ts'
import type { Call } from './use-call.ts'

/** A finding is of several polls: nobody misses it for so long. */
const EVERY_MS = 5000
/** A part of a frame. */
const PIECE_MS = 8

/** Null until all of the call is here. */
export function useFindings(call: Call): readonly Finding[] | null {
  const [findings, setFindings] = useState<readonly Finding[] | null>(null)
  const latest = useRef(call)
  latest.current = call
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const { isCaughtUp } = call
  const version = versionOf(call)
  const done = useRef({ at: -Infinity, version: '' })

  /** Once begun it goes on to its end, though news come meanwhile. */
  function begin(): void {
    const now = latest.current
    done.current = { at: performance.now(), version: versionOf(now) }
    const work = findPiecewise(now.series, now.events.all)
    const go = (): void => {
      const until = performance.now() + PIECE_MS
      for (;;) {
        const step = work.next()
        if (step.done) {
          const { value } = step
          timer.current = setTimeout(() => end(value))
          return
        }
        if (performance.now() >= until) break
      }
      timer.current = setTimeout(go)
    }
    go()
  }

  function end(found: readonly Finding[]): void {
    timer.current = undefined
    setFindings((before) => sameOr(before, found))
    plan()
  }

  function plan(): void {
    if (timer.current !== undefined || done.current.version === versionOf(latest.current)) return
    const wait = done.current.at + EVERY_MS - performance.now()
    timer.current = setTimeout(begin, Math.max(0, wait))
  }

  useEffect(() => {
    if (isCaughtUp) plan()
  }, [isCaughtUp, version])
  useEffect(() => () => clearTimeout(timer.current), [])
  return findings
}

function versionOf({ series, events }: Call): string {
  return `${series.version} ${events.version}`
}

/** Nothing is drawn anew where nothing has changed. */
function sameOr(before: readonly Finding[] | null, found: readonly Finding[]): readonly Finding[] {
  const isSame = before?.length === found.length && JSON.stringify(before) === JSON.stringify(found)
  return isSame && before ? before : found
}
