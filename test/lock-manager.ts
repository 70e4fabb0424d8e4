// Web Locks as https://www.w3.org/TR/web-locks/ has them, for workers that a test ends when it likes.

export interface FakeLockManager {
  /** The locks of one worker; all of them are freed when it dies, and it asks for none any more. */
  scope(): { readonly scope: LockManager; die(): void }
}

interface Request {
  readonly name: string
  readonly owner: object
  grant(): void
}

export function createLockManager(): FakeLockManager {
  let held: Request[] = []
  let waiting: Request[] = []

  function settle(): void {
    for (const next of [...waiting]) {
      if (held.some(({ name }) => name === next.name)) continue
      waiting = waiting.filter((other) => other !== next)
      held.push(next)
      next.grant()
    }
  }

  function request(owner: object, name: string, ifAvailable: boolean, work: LockWork) {
    return new Promise((resolve, reject) => {
      if (ifAvailable && held.some((other) => other.name === name)) {
        return resolve(work(null))
      }
      const own: Request = {
        name,
        owner,
        grant() {
          const done = Promise.resolve(work({ name, mode: 'exclusive' }))
          done.then(resolve, reject)
          void done.finally(() => {
            held = held.filter((other) => other !== own)
            settle()
          })
        },
      }
      waiting.push(own)
      settle()
    })
  }

  return {
    scope() {
      const owner = {}
      let isDead = false
      const scope = {
        request(name: string, ...rest: [LockWork] | [LockOptions, LockWork]) {
          if (isDead) return new Promise(() => {})
          return rest.length === 1
            ? request(owner, name, false, rest[0])
            : request(owner, name, rest[0].ifAvailable === true, rest[1])
        },
        query: async () => ({ held: [], pending: [] }),
      }
      return {
        scope: scope as unknown as LockManager,
        die() {
          isDead = true
          held = held.filter((other) => other.owner !== owner)
          waiting = waiting.filter((other) => other.owner !== owner)
          settle()
        },
      }
    },
  }
}

type LockWork = (lock: Lock | null) => unknown
