// What an app waits for when it starts to monitor.
import { loadLibrary } from './library.ts'

export interface StartUp {
  /** What the constructor and `addPeer()` keep the main thread for. */
  readonly syncMs: number
  /** When `addPeer()` was called. Wall clock, ms. */
  readonly addedAt: number
}

/** Every item is a batch of its own, so that none waits for others. */
export async function startUp(pcs: readonly RTCPeerConnection[]): Promise<StartUp> {
  const { WebRTCExporter } = await loadLibrary()
  const began = performance.now()
  const exporter = new WebRTCExporter({ url: '/ingest', batchSize: 1 })
  const addedAt = performance.timeOrigin + performance.now()
  for (const [index, pc] of pcs.entries()) exporter.addPeer({ peerId: `peer-${index}`, pc })
  const syncMs = performance.now() - began
  await new Promise<void>((resolve) => exporter.once('stats', () => resolve()))
  await exporter.destroy()
  return { syncMs, addedAt }
}

/** Runs the library's file for the first time in this page. */
export async function load(): Promise<void> {
  await loadLibrary()
}
