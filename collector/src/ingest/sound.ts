// Whether a `stats` item is plainly what the schema wants, told in a tenth of its time. Where it is not, the schema says why.
import type { ReceivedItem } from '../../../src/schema.ts'

type Members = Readonly<Record<string, unknown>>

/** True: `itemSchema` takes it. False says nothing: it may be rarer than wrong. */
export function isSoundStats(value: unknown): value is ReceivedItem {
  if (!isObject(value) || value['tag'] !== 'stats') return false
  const { event, peerId, peerName, pcId, seq, timestamp, interval, data } = value
  return (
    !('partial' in value || 'rawStats' in value || 'statsObject' in value) &&
    typeof event === 'string' &&
    event !== '' &&
    [peerId, peerName, pcId].every((text) => text === null || typeof text === 'string') &&
    Number.isSafeInteger(seq) &&
    (seq as number) >= 0 &&
    Number.isFinite(interval) &&
    (interval as number) >= 0 &&
    isTime(timestamp) &&
    isObject(data) &&
    areGroups(data) &&
    isObject(data['metrics']) &&
    Object.values(data['metrics']).every(isObject) &&
    (!('quality' in data) || isQuality(data['quality']))
  )
}

const DIRECTED = ['audio', 'video', 'remote']
const LISTED = [
  'candidatePair',
  'localCandidate',
  'remoteCandidate',
  'transport',
  'codec',
  'dataChannel',
  'mediaSources',
  'peerConnection',
  'tracks',
]

function areGroups(data: Members): boolean {
  for (const name of DIRECTED) {
    const group = data[name]
    if (!(name in data)) continue
    if (!isObject(group) || !areStats(group['inbound']) || !areStats(group['outbound']))
      return false
  }
  for (const name of LISTED) if (name in data && !areStats(data[name])) return false
  if (!('raw' in data)) return true
  return isObject(data['raw']) && Object.values(data['raw']).every(areStats)
}

function areStats(value: unknown): boolean {
  return Array.isArray(value) && value.every(isStat)
}

function isStat(value: unknown): boolean {
  if (!isObject(value)) return false
  const { id, type, timestamp } = value
  return typeof id === 'string' && typeof type === 'string' && Number.isFinite(timestamp)
}

function isQuality(value: unknown): boolean {
  if (!isObject(value)) return false
  const { audio, video, audioMos, videoScore, muted, callSetupMs } = value
  return (
    isObject(audio) &&
    isObject(video) &&
    isObject(audioMos) &&
    Object.values(audioMos).every(isMos) &&
    isObject(videoScore) &&
    Object.values(videoScore).every(Number.isFinite) &&
    Array.isArray(muted) &&
    muted.every((id) => typeof id === 'string') &&
    (callSetupMs === null || Number.isFinite(callSetupMs))
  )
}

function isMos(value: unknown): boolean {
  if (!isObject(value)) return false
  return [value['mos'], value['r'], value['delayMs'], value['lossPct']].every(Number.isFinite)
}

/** What `toISOString()` writes, of a day that exists. */
function isTime(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== 24) return false
  const at = Date.parse(value)
  return !Number.isNaN(at) && new Date(at).toISOString() === value
}

/** Of JSON: what is no list and no null is a plain object. */
function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
