// What the runner needs of a browser, whichever protocol drives it.

/** A browser with one page. */
export interface Engine {
  /** Its name and version, as it gives them. */
  readonly version: string
  /** Shows the page at an address. */
  open(address: string): Promise<void>
  /** The value of an expression in the page, as JSON carries it. */
  evaluate<Value>(expression: string): Promise<Value>
  /** Ends every process that was started for it. */
  close(): Promise<void>
}

/** Starts a browser. */
export type Launch = () => Promise<Engine>

/** Rejects when the work has not ended within its limit. */
export async function within<Value>(
  limitMs: number,
  what: string,
  work: Promise<Value>,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no end within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
