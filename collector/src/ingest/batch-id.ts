// The id of a batch, found in what could be read of it.
import { constants, gunzipSync } from 'node:zlib'
import { isGzipped } from './body.ts'

/** Ids are UUIDs with a few suffixes. Longer ones are neither remembered nor repeated. */
const MAX_ID = 200
/** Of what was sent. The id stands among the first members of a batch of ours. */
const HEAD_BYTES = 2048
/** Of what was compressed: deflate makes a thousand bytes of one, on the thread that serves everybody. */
const GZIP_HEAD_BYTES = 512
/** One member of the outermost object that holds no other: what is nested ends the search. */
const MEMBER = /\s*("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|[\w.+-]+)\s*,?/y

/** Null where it has none that can be used. */
export function batchIdOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('batchId' in value)) return null
  return usableId(value.batchId)
}

/**
 * The id of a body that is refused unread. Who sent several at once must know which one it was: only then can it be
 * cut in two.
 */
export function batchIdAtHead(sent: Uint8Array): string | null {
  const text = headOf(sent).toString()
  MEMBER.lastIndex = text.indexOf('{') + 1
  for (;;) {
    const [, name, value] = MEMBER.exec(text) ?? []
    if (name === undefined || value === undefined) return null
    if (name === '"batchId"') return usableId(parse(value))
  }
}

function usableId(id: unknown): string | null {
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID ? id : null
}

function headOf(sent: Uint8Array): Buffer {
  if (!isGzipped(sent)) return Buffer.from(sent.subarray(0, HEAD_BYTES))
  try {
    // The rest is not there: take what came out until then.
    const head = sent.subarray(0, GZIP_HEAD_BYTES)
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    // Not gzip after all.
    return Buffer.of()
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // A bare word, or a line break within a string.
    return null
  }
}
