// Brings the files that wait to their place, for as long as it takes: nothing is ever given up.
import type { Clock } from './clock.ts'
import type { PutResult, Sink } from './sink.ts'

export interface WaitingFile {
  readonly name: string
  /** Another one each time the bytes of this name change. */
  readonly revision: number
  readonly body: Uint8Array<ArrayBuffer>
}

/** Files that lie in the collector's own store until they have arrived. */
export interface WaitingFiles {
  /** The oldest that waits and is none of these. */
  next(except: readonly string[]): Promise<WaitingFile | undefined>
  /** It has arrived. If it waits in a newer revision by now, that one goes on waiting. */
  done(name: string, revision: number): Promise<void>
}

interface Parts {
  readonly files: WaitingFiles
  readonly sink: Sink
  readonly clock: Clock
  /** As Math.random. */
  readonly random: () => number
  readonly log: (line: string) => void
}

/** How a round of puts ended. */
type Round =
  | { readonly status: 'empty' }
  | { readonly status: 'again'; readonly afterMs: number }
  | { readonly status: 'closed' }

const BASE_MS = 1000
const CAP_MS = 5 * 60_000
/** Files that a round passes over; those after them wait for the next one. */
const MAX_REFUSED = 100

/** One put at a time, oldest first. Lives as long as its collector. */
export class Delivery {
  readonly #parts: Parts
  #running: Promise<void> | null = null
  #isWoken = false
  #isClosed = false
  #endWait: (() => void) | null = null
  #putting: AbortController | null = null
  /** Since a file has last arrived. */
  #failures = 0
  /** Told last, and not told again while it lasts. */
  #trouble: string | null = null
  /** In the last round, and told. */
  #refused: readonly string[] = []

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Call it once at the start, for what an earlier run left, and whenever a file begins to wait. */
  wake(): void {
    this.#isWoken = true
    if (this.#isClosed || this.#running) return
    this.#running = this.#run()
  }

  /** Stops what is under way. The files wait for the next run. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#putting?.abort()
    this.#endWait?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isWoken && !this.#isClosed) {
      this.#isWoken = false
      const round = await this.#deliver()
      if (round.status !== 'again') continue
      this.#isWoken = true
      await this.#wait(Math.max(this.#backoffMs(), round.afterMs))
    }
    // In the same turn as the last look at `#isWoken`: a wake goes into this run, or begins the next.
    this.#running = null
  }

  async #deliver(): Promise<Round> {
    const { files } = this.#parts
    const refused: string[] = []
    try {
      while (refused.length < MAX_REFUSED) {
        const file = await files.next(refused)
        if (this.#isClosed) return { status: 'closed' }
        if (!file) break
        const result = await this.#put(file)
        // What arrived all the same is not put again by the next run.
        if (this.#isClosed && result.status !== 'ok') return { status: 'closed' }
        switch (result.status) {
          case 'ok':
            await files.done(file.name, file.revision)
            this.#arrived()
            break
          case 'retry':
            this.#tellTrouble(`files wait: ${result.reason}`)
            return { status: 'again', afterMs: result.afterMs ?? 0 }
          case 'refused':
            this.#tellRefused(file.name, result.reason)
            refused.push(file.name)
            break
          default:
            result satisfies never
        }
      }
    } catch (error) {
      // The store's. A file that has arrived goes once more: the same bytes under the same name.
      this.#tellTrouble(`failed: ${error instanceof Error ? error.message : String(error)}`)
      return { status: 'again', afterMs: 0 }
    } finally {
      this.#refused = refused
    }
    return refused.length > 0 ? { status: 'again', afterMs: 0 } : { status: 'empty' }
  }

  async #put({ name, body }: WaitingFile): Promise<PutResult> {
    this.#putting = new AbortController()
    const result = await this.#parts.sink.put(name, body, this.#putting.signal)
    this.#putting = null
    return result
  }

  #arrived(): void {
    this.#failures = 0
    if (this.#trouble === null) return
    this.#trouble = null
    this.#parts.log(`${this.#parts.sink.name}: files arrive again`)
  }

  #tellTrouble(line: string): void {
    if (line !== this.#trouble) this.#parts.log(`${this.#parts.sink.name}: ${line}`)
    this.#trouble = line
  }

  #tellRefused(name: string, reason: string): void {
    if (this.#refused.includes(name)) return
    this.#parts.log(`${this.#parts.sink.name}: ${name} waits: ${reason}`)
  }

  /** Full jitter: collectors that failed together do not come back together. */
  #backoffMs(): number {
    const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** this.#failures)
    this.#failures += 1
    return this.#parts.random() * ceiling
  }

  async #wait(ms: number): Promise<void> {
    if (this.#isClosed) return
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve)
      this.#endWait = () => {
        cancel()
        resolve()
      }
    })
    this.#endWait = null
  }
}
