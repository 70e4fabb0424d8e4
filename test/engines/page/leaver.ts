// A page that captures one event, says when it lies on the disk, and is then torn down from outside without a goodbye.
import { WebRTCExporter } from '../../../src/index.ts'

const url = new URLSearchParams(location.search).get('url') ?? ''
const exporter = new WebRTCExporter({ url, maxRetries: 0, flushInterval: 200 })
exporter.addEvent('left behind')
// The server refuses: what is announced as not sent lies on the disk.
exporter.on('export:error', () => parent.postMessage({ sessionId: exporter.sessionId }))
