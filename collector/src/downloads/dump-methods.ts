// What events are called in an `RTCStatsDump`, and what its readers expect to be their value.
import { isRecord } from './is-record.ts'

type Data = Readonly<Record<string, unknown>>

/** An event as a line has it: its name, its value, and what else was said where the value is but a part. */
export interface DumpEvent {
  readonly method: string
  readonly value: unknown
  readonly more?: unknown
}

const state = ({ state: value }: Data): unknown => value
const track = ({ kind, trackIdentifier }: Data): unknown => [kind, trackIdentifier]
const trackId = ({ trackIdentifier }: Data): unknown => trackIdentifier
const channel = ({ id, label }: Data): unknown => [id, label]

/** By our event; null where the value is the data as it is. */
const METHODS: ReadonlyMap<string, readonly [string, ((data: Data) => unknown) | null]> = new Map([
  ['connectionStateChange', ['onconnectionstatechange', state]],
  ['iceConnectionStateChange', ['oniceconnectionstatechange', state]],
  ['iceGatheringStateChange', ['onicegatheringstatechange', state]],
  ['signalingStateChange', ['onsignalingstatechange', state]],
  ['negotiationNeeded', ['onnegotiationneeded', null]],
  ['iceCandidate', ['onicecandidate', null]],
  ['iceCandidateError', ['onicecandidateerror', null]],
  ['track', ['ontrack', track]],
  ['trackMute', ['MediaStreamTrack.onmute', trackId]],
  ['trackUnmute', ['MediaStreamTrack.onunmute', trackId]],
  ['trackEnded', ['MediaStreamTrack.onended', trackId]],
  ['dataChannel', ['ondatachannel', channel]],
  ['deviceChange', ['navigator.mediaDevices.ondevicechange', null]],
])

/**
 * Names that a reader would take for something else: methods of the format, the numbers and letters that it has for
 * them, and what every object of JavaScript has.
 */
const TAKEN = new RegExp(
  [
    String.raw`^(?:g|\d+|getstats|constraints|close|restartIce|removeTrack|replaceTrack|__proto__`,
    String.raw`create(?:(?:Offer|Answer)\w*|DataChannel)?|addTrack\w*|addTransceiver\w*|addIceCandidate\w*`,
    String.raw`set(?:LocalDescription|RemoteDescription)\w*|setConfiguration|setCodecPreferences|setParameters`,
    String.raw`setHeaderExtensionsToNegotiate|(?:navigator\.mediaDevices|MediaStreamTrack|HTMLMediaElement)\..*)$`,
  ].join('|'),
  'i',
)

/** What an app has named itself is never taken for an event of a connection. */
export function dumpEventOf(event: string, tag: string, data: unknown): DumpEvent {
  const known = tag === 'application' ? undefined : METHODS.get(event)
  if (!known) {
    const isTaken = TAKEN.test(event) || event in Object.prototype
    return { method: isTaken ? `event ${event}` : event, value: data }
  }
  const [method, valueOf] = known
  if (!valueOf || !isRecord(data)) return { method, value: data }
  return valueOf === state
    ? { method, value: state(data) }
    : { method, value: valueOf(data), more: data }
}
