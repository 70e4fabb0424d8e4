// The newest of some ids: memory for so many, and no more.

export class RecentIds {
  readonly #ids = new Set<string>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** One that comes again is new again; over the bound the oldest is forgotten. */
  add(id: string): void {
    this.#ids.delete(id)
    this.#ids.add(id)
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#max) break
      this.#ids.delete(oldest)
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }
}
