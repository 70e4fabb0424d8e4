// Starts the engine where it can run, and says why where it cannot.
import { wrap } from 'comlink'
import type { Endpoint, Remote } from 'comlink'
import type { Candidate, Opener } from './candidates.ts'
import { PROTOCOL_VERSION } from './protocol.ts'
import type { WorkerApi } from './protocol.ts'
import type { Place } from './terms.ts'

/** An engine that has shaken hands. */
export interface Engine {
  readonly place: Place
  readonly api: Remote<WorkerApi>
  /** The channel of `api`, for captures: a message of its own costs the page less than a call. */
  readonly endpoint: Endpoint
  terminate(): void
}

/** All places together; what answers later is ended. */
const START_LIMIT_MS = 4000
/** A place that has not answered by then is not given up yet, but the next one is tried beside it. */
const PATIENCE_MS = 1200

/**
 * The first place that answers wins. Rejects where none does within 4 s.
 * @param onFailure hears of each place that failed, with the reason
 */
export function spawn(
  openers: readonly Opener[],
  onFailure: (place: Place, error: Error) => void,
): Promise<Engine> {
  return new Promise((resolve, reject) => {
    /** Null while it is opened. */
    const open = new Map<Place, Candidate | null>()
    const waiting = [...openers]
    let unsettled = openers.length
    let isOver = false
    let patience: ReturnType<typeof setTimeout> | undefined
    const limit = setTimeout(() => end(), START_LIMIT_MS)

    function tryNext(): void {
      clearTimeout(patience)
      const opener = waiting.shift()
      if (!opener || isOver) return
      patience = setTimeout(tryNext, PATIENCE_MS)
      void begin(opener) // it never rejects
    }

    async function begin(opener: Opener): Promise<void> {
      const { place } = opener
      open.set(place, null)
      try {
        const candidate = await opener.open()
        if (isOver) return candidate.terminate()
        open.set(place, candidate)
        const api = wrap<WorkerApi>(candidate.endpoint)
        const answer = await Promise.race([api.hello(), candidate.failure])
        if (answer instanceof Error) throw answer
        if (answer !== PROTOCOL_VERSION) {
          throw new Error(`it speaks protocol ${answer}, expected ${PROTOCOL_VERSION}`)
        }
        open.delete(place)
        if (isOver) return candidate.terminate()
        end({ place, api, ...candidate })
      } catch (cause) {
        if (isOver) return
        open.get(place)?.terminate()
        open.delete(place)
        fail(place, cause instanceof Error ? cause.message : String(cause))
        unsettled--
        if (unsettled === 0) end()
        else tryNext()
      }
    }

    function fail(place: Place, reason: string): void {
      onFailure(place, new Error(`${NAMES[place]} does not run: ${reason}`))
    }

    function end(engine?: Engine): void {
      isOver = true
      clearTimeout(patience)
      clearTimeout(limit)
      const places = openers.map(({ place }) => place)
      for (const [place, candidate] of open) {
        candidate?.terminate()
        // What was but tried beside the one that answered was not waited for.
        if (engine && places.indexOf(place) > places.indexOf(engine.place)) continue
        fail(place, 'it did not answer in time')
      }
      if (engine) resolve(engine)
      else
        reject(
          new Error(`no worker and no engine in the page answered within ${START_LIMIT_MS} ms`),
        )
    }

    tryNext()
  })
}

const NAMES: Readonly<Record<Place, string>> = {
  app: "the app's own worker",
  worker: 'the worker file',
  blob: 'the worker from a blob',
  page: 'the engine in the page',
}
