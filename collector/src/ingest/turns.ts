// Work that is done by so many at once; the others wait in line.

export type InTurn = <Value>(work: () => Promise<Value>) => Promise<Value>

export function createTurns(most: number): InTurn {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    // Who is woken takes the place of who woke it: `running` stays.
    if (running === most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
