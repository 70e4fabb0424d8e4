// Events in a few words: what happened, and what there is to say of it.
import type { Moment } from '../src/live/views.ts'
import { memberOf, valueOf } from './findings/member.ts'
import { toneOf } from './ui/tone.ts'
import type { Tone } from './ui/tone.ts'

/** What an event says. */
export interface Told {
  readonly what: string
  readonly detail: string
  readonly tone?: Tone | undefined
  /** Worth a mark in the plots. */
  readonly isMarked: boolean
}

/** Families of tags, as one looks for them. */
export const FAMILIES = {
  all: 'All',
  connection: 'Connection',
  media: 'Tracks',
  page: 'Page',
  application: 'App',
  client: 'Exporter',
} as const
export type Family = keyof typeof FAMILIES

const MAX_DETAIL = 160

/** What this page does not know is in the family of the application. */
export function familyOf(tag: string): Exclude<Family, 'all'> {
  switch (tag) {
    case 'connection':
    case 'ice':
    case 'peer':
      return 'connection'
    case 'track':
    case 'datachannel':
      return 'media'
    case 'page':
    case 'network':
    case 'device':
      return 'page'
    case 'exporter':
    case 'summary':
      return 'client'
    default:
      return 'application'
  }
}

/** Whatever a stranger sent: text, and never more. */
export function toldOf({ event, tag, data }: Pick<Moment, 'event' | 'tag' | 'data'>): Told {
  const state = memberOf(data, 'state') ?? '?'
  const kind = memberOf(data, 'kind') ?? 'a'
  const plain = { detail: '', isMarked: false }
  switch (event) {
    case 'connectionStateChange':
      return { ...plain, what: `Connection ${state}`, tone: toneOf(state), isMarked: true }
    case 'iceConnectionStateChange':
      return { ...plain, what: `ICE ${state}`, tone: toneOf(state) }
    case 'iceGatheringStateChange':
      return { ...plain, what: `ICE gathering ${state}` }
    case 'signalingStateChange':
      return { ...plain, what: `Signalling ${state}` }
    case 'negotiationNeeded':
      return { ...plain, what: 'Negotiation needed' }
    case 'iceCandidate':
      return data === null
        ? { ...plain, what: 'No more ICE candidates' }
        : { ...plain, what: 'ICE candidate', detail: candidateInWords(data) }
    case 'iceCandidateError':
      return {
        what: 'ICE candidate failed',
        detail: memberOf(data, 'errorText') ?? short(data),
        tone: 'wait',
        isMarked: true,
      }
    case 'track':
      return { ...plain, what: `Track of ${kind} came`, detail: memberOf(data, 'label') ?? '' }
    case 'trackMute':
      return { ...plain, what: `Track of ${kind} stopped coming`, tone: 'wait' }
    case 'trackUnmute':
      return { ...plain, what: `Track of ${kind} runs` }
    case 'trackEnded':
      return { ...plain, what: `Track of ${kind} ended`, isMarked: true }
    case 'peerAdded':
      return { ...plain, what: 'Monitoring began' }
    case 'peerRemoved':
      return { ...plain, what: 'Monitoring ended', isMarked: true }
    case 'visibilityChange':
      return { ...plain, what: `Page: ${state}`, isMarked: true }
    case 'offline':
      return { ...plain, what: 'Page: offline', tone: 'bad', isMarked: true }
    case 'online':
      return { ...plain, what: 'Page: online', tone: 'good', isMarked: true }
    case 'deviceChange':
      return { ...plain, what: 'Page: devices changed', isMarked: true }
    case 'dropped':
      return {
        what: `Client gave up ${Number(valueOf(data, 'count')) || 0} items`,
        detail: memberOf(data, 'reason') ?? '',
        tone: 'wait',
        isMarked: true,
      }
    case 'summary':
      return { ...plain, what: 'Summary', detail: short(data) }
    case 'rating':
      return {
        ...plain,
        what: `Rated ${String(valueOf(data, 'rating'))} of 5`,
        detail: memberOf(data, 'comment') ?? '',
        isMarked: true,
      }
    default:
      return other(event, tag, data)
  }
}

function other(event: string, tag: string, data: unknown): Told {
  const detail = data === null ? '' : short(data)
  switch (familyOf(tag)) {
    case 'page':
      return { what: `Page: ${event}`, detail, isMarked: event === 'freeze' || event === 'resume' }
    case 'application':
      return { what: `App: ${event}`, detail, isMarked: true }
    default:
      return { what: event, detail, isMarked: false }
  }
}

/** `relay, udp` */
function candidateInWords(data: unknown): string {
  const words = (memberOf(data, 'candidate') ?? '').split(' ')
  const type = words[words.indexOf('typ') + 1]
  return words.includes('typ') ? [type, words[2]].join(', ') : ''
}

function short(data: unknown): string {
  const text = memberOf(data, 'cut') ?? (typeof data === 'string' ? data : JSON.stringify(data))
  return text.length <= MAX_DETAIL ? text : `${text.slice(0, MAX_DETAIL)}…`
}
