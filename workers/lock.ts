// Who lives: a Web Lock is held as long as its worker, and no longer, however that ends.

export interface Locks {
  /** Waits for the lock, and holds it for as long as this worker lives. */
  keep(name: string): Promise<void>
  /** Holds the lock for as long as this worker lives. False where another one has it. */
  hold(name: string): Promise<boolean>
  /** Resolves when nobody holds it. */
  free(name: string): Promise<void>
  /** Lets go of all of them: an engine in the page does not end with a worker. */
  release(): void
}

/** Null where the browser has no Web Locks: then nobody can tell who lives. */
export function createLocks(manager: LockManager | undefined): Locks | null {
  if (!manager) return null
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  return {
    release,
    keep: (name) =>
      new Promise((resolve, reject) => {
        const kept = manager.request(name, () => {
          resolve()
          return released
        })
        kept.catch(reject)
      }),
    hold: (name) =>
      new Promise((resolve, reject) => {
        const held = manager.request(name, { ifAvailable: true }, (lock) => {
          resolve(lock !== null)
          return lock ? released : undefined
        })
        held.catch(reject)
      }),
    free: (name) => manager.request(name, () => {}),
  }
}
