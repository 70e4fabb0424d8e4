// Says that something was kept. Whoever follows looks for himself what it was: nothing is held for those who are slow.

export interface Bell {
  ring(): void
  /** How often it was rung. */
  readonly count: number
  /** Resolves when it is rung, or after so long. */
  wait(ms: number): Promise<void>
}

export function createBell(): Bell {
  const waiting = new Set<() => void>()
  let count = 0
  return {
    ring() {
      count += 1
      for (const wake of waiting) wake()
    },
    get count() {
      return count
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        waiting.add(wake)
      }),
  }
}
