// Reads the text frames of a client, all of them a stranger's.
import { z } from 'zod'
import type { ClientFrame, Hello, Ping } from '../../../src/frames.ts'
import { SCHEMA_VERSION } from '../../../src/wire.ts'
import { explain } from './check.ts'

/** A hello with 64 ids of 200 characters is a fifth of it. */
const MAX_FRAME_BYTES = 65_536

const helloSchema = z.looseObject({
  type: z.literal('hello'),
  schemaVersion: z.literal(SCHEMA_VERSION),
  key: z.string().exactOptional(),
  producer: z.string().min(1),
  pending: z.array(z.string()),
}) satisfies z.ZodType<Hello>

const pingSchema = z.looseObject({ type: z.literal('ping') }) satisfies z.ZodType<Ping>

const frameSchema = z.discriminatedUnion('type', [helloSchema, pingSchema], {
  error: ({ code }) => (code === 'invalid_union' ? 'not hello or ping' : undefined),
})

export type FrameResult =
  | { readonly status: 'ok'; readonly frame: ClientFrame }
  | { readonly status: 'refused'; readonly reason: string }

/** The frame, or what is wrong with it: never a word of what it holds, which may be a key. */
export function readFrame(bytes: Buffer): FrameResult {
  if (bytes.length > MAX_FRAME_BYTES) {
    return { status: 'refused', reason: `The frame is longer than ${MAX_FRAME_BYTES} bytes.` }
  }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch {
    // What the parser says quotes the frame.
    return { status: 'refused', reason: 'The frame is not JSON.' }
  }
  const frame = frameSchema.safeParse(value)
  if (frame.success) return { status: 'ok', frame: frame.data }
  return { status: 'refused', reason: explain(frame.error) }
}
