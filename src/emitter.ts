// Typed on / once / off; a listener that throws stops no other.

export type Listener<Payload> = (payload: Payload) => void

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()
  readonly #onListening: () => void

  /** @param onListening called when an event got its first or lost its last listener */
  constructor(onListening: () => void) {
    this.#onListening = onListening
  }

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    listeners.add(listener)
    this.#listeners.set(name, listeners)
    if (listeners.size === 1) this.#onListening()
    return () => this.off(name, listener)
  }

  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const off = this.on(name, (payload) => {
      off()
      listener(payload)
    })
    return off
  }

  off<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): void {
    const listeners = this.#listeners.get(name)
    if (!listeners?.delete(listener) || listeners.size > 0) return
    this.#listeners.delete(name)
    this.#onListening()
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        ;(listener as Listener<Events[Name]>)(payload)
      } catch (error) {
        // As EventTarget does: the app's own mistake reaches its own window.onerror.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  /** The events that somebody listens to. */
  names(): (keyof Events)[] {
    return [...this.#listeners.keys()]
  }

  clear(): void {
    this.#listeners.clear()
  }
}
