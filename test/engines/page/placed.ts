// A page under a policy of its own: exports one event, and says where and what went wrong.
import { WebRTCExporter } from '../../../src/index.ts'
import type { Place } from './place-checks.ts'

const url = new URLSearchParams(location.search).get('url') ?? ''
void report() // it never rejects

async function report(): Promise<void> {
  const failed: string[] = []
  const exporter = new WebRTCExporter({ url })
  exporter.on('error', ({ error }) => failed.push(error.message))
  exporter.addEvent('hello')
  await exporter.flush()
  parent.postMessage({ mode: exporter.mode, failed } satisfies Place)
}
