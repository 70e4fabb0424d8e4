// What a tab may not use any more when it is dead, though its promises go on.
import type { Clock } from '../../workers/clock.ts'

export type IsDead = () => boolean

export function mortalClock(clock: Clock, isDead: IsDead): Clock {
  return { ...clock, after: (ms, call) => clock.after(ms, () => !isDead() && call()) }
}

export function mortalLocks(locks: LockManager, isDead: IsDead): LockManager {
  const request = (...asked: unknown[]): Promise<unknown> =>
    isDead() ? new Promise(() => {}) : Reflect.apply(locks.request, locks, asked)
  return { ...locks, request }
}
