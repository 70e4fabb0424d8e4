// Work that is done by so many at once. The others wait, and of those the sources take turns: whoever brings much waits
// for himself.

export type InTurn = <Value>(source: string | null, work: () => Promise<Value>) => Promise<Value>

/** Between two of them the loop looks at the network: what came meanwhile of others is heard. */
export function createTurns(most: number): InTurn {
  /** Only those of whom somebody waits; the one whose turn is next comes first. */
  const waiting = new Map<string | null, (() => void)[]>()
  let running = 0

  function wakeNext(): void {
    const [next] = waiting
    if (!next) {
      running -= 1
      return
    }
    // Who is woken takes the place of who wakes it: `running` stays.
    const [source, [wake, ...others]] = next
    waiting.delete(source)
    if (others.length > 0) waiting.set(source, others)
    if (wake) setImmediate(wake)
  }

  return async (source, work) => {
    if (running === most) {
      await new Promise<void>((resolve) => {
        const queue = waiting.get(source)
        if (queue) queue.push(resolve)
        else waiting.set(source, [resolve])
      })
    } else running += 1
    try {
      return await work()
    } finally {
      wakeNext()
    }
  }
}
