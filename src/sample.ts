// Which rooms are exported: all of a room or none of it, as everybody can compute who knows its name.

/** The FNV-1a hash (32 bits) of the name's UTF-8 says which millionth of all rooms it is in. */
const PARTS = 1_000_000

/** `share` is 0..1. A room that is in one share is in every larger one. */
export function isSampled(roomId: string, share: number): boolean {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(roomId)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0) % PARTS < share * PARTS
}
