// What `update` takes, and its check.
import { isRecord, text, wrong } from './check.ts'
import { checkKeys } from './options.ts'

/** What may change during the call. A member that is not given stays. */
export interface Update {
  userId?: string | null
  roomId?: string
  keys?: Record<string, string>
}

/**
 * What changes; `keys` with those from before.
 * @throws TypeError that says what was expected and what came
 */
export function checkUpdate(update: unknown, before: Readonly<Record<string, string>>): Update {
  if (!isRecord(update)) throw wrong('update', 'an object', update)
  const { roomId, userId, keys, ...unknown } = update as Update
  for (const name of Object.keys(unknown)) throw wrong('update', 'userId, roomId or keys', name)
  return {
    ...(roomId !== undefined && { roomId: text('roomId', roomId) }),
    ...(userId !== undefined && { userId: userId === null ? null : text('userId', userId) }),
    ...(keys !== undefined && { keys: checkKeys({ ...before, ...keys }) }),
  }
}
