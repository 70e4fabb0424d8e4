// Where everything in a model world waits until the history lets it go on: one gate before and one behind each await.

interface Waiting {
  readonly owner: object
  readonly open: () => void
}

export class Gates {
  #waiting: Waiting[] = []
  #busy = 0
  readonly #closed = new WeakSet<object>()

  get waiting(): number {
    return this.#waiting.length
  }

  /** Never resolves for an owner that is gone. */
  pass(owner: object): Promise<void> {
    return new Promise((open) => {
      if (!this.#closed.has(owner)) this.#waiting.push({ owner, open })
    })
  }

  /** Is waited for by `rest`. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#busy++
    try {
      return await work()
    } finally {
      this.#busy--
    }
  }

  /** Lets one of those that wait go on, until it waits again. */
  async release(choice: number): Promise<void> {
    const [next] = this.#waiting.splice(choice % Math.max(this.#waiting.length, 1), 1)
    next?.open()
    await this.rest()
  }

  /** Nothing of this owner goes on any more. */
  close(owner: object): void {
    this.#closed.add(owner)
    this.#waiting = this.#waiting.filter((other) => other.owner !== owner)
  }

  /** All that can go on without a gate has come to rest. */
  async rest(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve))
    while (this.#busy > 0)
  }
}
