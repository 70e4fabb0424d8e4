// Which half of a refused batch holds what the endpoint does not take: the one whose other half it took.

/** More halves than this are not waited for at a time. */
const MOST = 100

export class Suspects {
  /** Each half of a refused batch, by its id, and the other one. */
  readonly #other = new Map<string, string>()
  readonly #known = new Set<string>()

  /** A batch was refused, and cut into these two. */
  cut(one: string, other: string): void {
    if (this.#other.size >= MOST) this.#other.clear()
    this.#other.set(one, other).set(other, one)
  }

  /** True: it would be refused, without asking. */
  has(batchId: string): boolean {
    return this.#known.has(batchId)
  }

  /** It was answered for: taken as it was, or not. */
  answered(batchId: string, isTaken: boolean): void {
    const other = this.#other.get(batchId)
    this.#known.delete(batchId)
    if (other === undefined) return
    this.#other.delete(batchId)
    this.#other.delete(other)
    if (this.#known.size >= MOST) this.#known.clear()
    if (isTaken) this.#known.add(other)
  }
}
