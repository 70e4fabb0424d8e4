// Ends what a test has begun, whether it passed or not.
import { afterEach } from 'vitest'
import { WebRTCExporter } from '../../src/index.ts'
import type { ExporterOptions } from '../../src/index.ts'
import { createCall } from './call.ts'
import type { Call } from './call.ts'

const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A call that is hung up after the test. */
export function startCall(): Call {
  const call = createCall()
  ends.push(call.hangUp)
  return call
}

/** An exporter that is destroyed after the test. Polls fast, so that tests need not wait. */
export function startExporter(options: ExporterOptions): WebRTCExporter {
  const exporter = new WebRTCExporter({ getStatsInterval: 200, flushInterval: 300, ...options })
  ends.push(() => exporter.destroy())
  return exporter
}

/** Collects what an event carries. */
export function collect<Payload>(on: (listener: (payload: Payload) => void) => unknown): Payload[] {
  const payloads: Payload[] = []
  on((payload) => payloads.push(payload))
  return payloads
}
