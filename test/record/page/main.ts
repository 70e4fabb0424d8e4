// The page that records: `recording` resolves to what was recorded.
import { recordCall } from './call.ts'
import { recordLayers } from './layers.ts'
import { createRecorder } from './recorder.ts'
import { recordSteady } from './steady.ts'
import type { Recorded } from '../series.ts'

declare global {
  interface Window {
    recording?: Promise<Recorded>
  }
}

async function record(): Promise<Recorded> {
  const recorder = createRecorder()
  if (location.hash === '#steady') {
    await recordSteady(recorder)
  } else {
    await recordCall(recorder)
    await recordLayers(recorder)
  }
  return recorder.recorded()
}

window.recording = record()
