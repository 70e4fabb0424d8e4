// What has come of a frame that is not complete: `ws` holds it, and tells nobody.
import type { Duplex } from 'node:stream'
import type { Hold } from './hold.ts'

/** What one read of the network brings: so much of a frame is in memory whoever counts it. */
const UNCOUNTED_BYTES = 65_536

export interface Unread {
  /** A frame is complete. */
  clear(): void
}

/**
 * Call it when `ws` listens already: what makes a frame complete counts for the next one, which is why some bytes are
 * not held against anybody. `onMuch` hears of each byte beyond those, and whether there was room for it.
 */
export function countUnread(
  socket: Duplex,
  hold: Hold,
  onMuch: (bytes: number, hasRoom: boolean) => void,
): Unread {
  let unread = 0
  let held = 0
  const clear = (): void => {
    unread = 0
    held = 0
    hold.release()
  }
  socket.on('data', (chunk: Buffer) => {
    unread += chunk.length
    const due = unread - UNCOUNTED_BYTES - held
    if (due <= 0) return
    const hasRoom = hold.grow(due)
    if (hasRoom) held += due
    onMuch(unread, hasRoom)
  })
  socket.once('close', clear)
  return { clear }
}
