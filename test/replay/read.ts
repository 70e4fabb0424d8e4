// Reads a file of recorded statistics, whichever of the known formats it has, gzipped or not.
import { gunzipSync } from 'node:zlib'
import { isRecord, wrong } from '../../src/check.ts'
import { isDownload } from './downloaded.ts'
import { readInternals } from './internals.ts'
import { readPlain } from './plain.ts'
import { readRecord } from './recording.ts'
import type { RecordedConnection } from './recording.ts'
import { readSeries } from './series.ts'
import { readSession } from './session.ts'

/** @throws Error with one sentence */
export function readRecording(file: Uint8Array): RecordedConnection[] {
  const bytes = unzip(file)
  if (isDownload(bytes)) return readSession(bytes)
  const recording = parse(new TextDecoder().decode(bytes))
  if (Array.isArray(recording)) return readPlain(recording)
  if (isRecord(recording) && 'peerConnections' in recording) return readSeries(recording)
  if (isRecord(recording) && 'PeerConnections' in recording) {
    return readInternals(readRecord('PeerConnections', recording['PeerConnections']))
  }
  const known =
    'peerConnections, PeerConnections (webrtc-internals), an array of reports, or lines of items'
  throw wrong('the file', known, recording)
}

/** As it is, where it does not begin as gzip does. */
function unzip(file: Uint8Array): Uint8Array {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file
  try {
    return gunzipSync(file)
  } catch (cause) {
    throw new Error('the file: expected whole gzip, got a part or something else', { cause })
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new Error('the file: expected JSON, got something else', { cause })
  }
}
