// Files that wait for their delivery, and a clock whose waits a test ends one by one.
import type { Clock } from '../collector/src/streams/clock.ts'
import type { WaitingFiles } from '../collector/src/streams/delivery.ts'

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

export interface Waiting extends WaitingFiles {
  /** Begins to wait, or waits with other bytes now. */
  add(name: string, text: string): void
  /** Those that wait, oldest first. */
  names(): string[]
  /** Resolves when none waits. */
  empty(): Promise<void>
}

/** As the collector's store does it, in memory. */
export function createWaiting(files: Readonly<Record<string, string>> = {}): Waiting {
  const waiting = new Map<string, { text: string; revision: number }>()
  let revisions = 0
  let tellEmpty = (): void => {}
  const add = (name: string, text: string): void => {
    waiting.set(name, { text, revision: ++revisions })
  }
  for (const [name, text] of Object.entries(files)) add(name, text)
  return {
    add,
    names: () => [...waiting.keys()],
    empty: () =>
      new Promise((resolve) => {
        if (waiting.size === 0) resolve()
        else tellEmpty = resolve
      }),
    async next(except) {
      const [name, file] = [...waiting].find(([key]) => !except.includes(key)) ?? []
      return name !== undefined && file
        ? { name, revision: file.revision, body: bytesOf(file.text) }
        : undefined
    },
    async done(name, revision) {
      if (waiting.get(name)?.revision === revision) waiting.delete(name)
      if (waiting.size === 0) tellEmpty()
    },
  }
}

export interface StepClock extends Clock {
  /** Resolves with the length of the wait when there is one, which goes on. */
  waiting(): Promise<number>
  /** The same, and ends it. */
  step(): Promise<number>
}

/** For one that waits, and all else real: it waits until the test says so, however long that takes. */
export function createStepClock(): StepClock {
  let wait: { ms: number; call: () => void } | null = null
  let tellWaiting = (): void => {}
  const waiting = async (): Promise<number> => {
    if (!wait) await new Promise<void>((resolve) => (tellWaiting = resolve))
    return wait?.ms ?? NaN
  }
  return {
    now: Date.now,
    after(ms, call) {
      wait = { ms, call }
      tellWaiting()
      return () => (wait = null)
    },
    waiting,
    async step() {
      const ms = await waiting()
      const { call } = wait ?? {}
      wait = null
      call?.()
      return ms
    },
  }
}
