// The card of one peer: its two pictures, its states, its four streams.
import type { Party } from './call.ts'
import { copyOf, find, say } from './dom.ts'
import { createStreamRow } from './stream-row.ts'
import { STREAMS } from './streams.ts'
import type { Measure, Reading } from './streams.ts'

const STATES = [
  'connectionState',
  'iceConnectionState',
  'iceGatheringState',
  'signalingState',
] as const
export type StateName = (typeof STATES)[number]

export interface PeerCard {
  readonly element: HTMLElement
  /** The camera's picture is drawn on it. */
  readonly canvas: HTMLCanvasElement
  /** A new call begins: shows what it receives, and forgets the numbers of the last one. */
  begin({ pc, remote }: Party): void
  setState(name: StateName, state: string): void
  /** All states at once, as they are now. */
  setStates(pc: RTCPeerConnection): void
  add(timeSec: number, reading: Reading): void
  /** 0..10; undefined where nothing is to be rated. */
  setScore(score: number | undefined): void
  choose(measure: Measure): void
  setMuted(isMuted: boolean): void
}

export function createPeerCard(name: string): PeerCard {
  const element = copyOf(find(document, '#peer', HTMLTemplateElement))
  const title = find(element, 'h2', HTMLElement)
  title.id = `peer-${name}`
  element.setAttribute('aria-labelledby', title.id)
  say(title, name)

  const canvas = find(element, 'canvas', HTMLCanvasElement)
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', `What ${name} sends`)
  const video = find(element, 'video', HTMLVideoElement)
  video.setAttribute('aria-label', `What ${name} receives`)
  const list = find(element, '.streams', HTMLElement)
  const template = find(document, '#stream', HTMLTemplateElement)
  const rows = STREAMS.map((stream) => ({ stream, row: createStreamRow(template, stream) }))
  list.append(...rows.map(({ row }) => row.element))

  return {
    element,
    canvas,
    begin({ pc, remote }) {
      video.srcObject = remote
      this.setStates(pc)
      for (const { row } of rows) row.clear()
    },
    setState(state, value) {
      const shown = find(element, `[data-state="${state}"]`, HTMLElement)
      say(shown, value)
      shown.dataset['tone'] = toneOf(value)
      if (state === 'connectionState') element.dataset['connection'] = value
    },
    setStates(pc) {
      for (const state of STATES) this.setState(state, pc[state])
    },
    add(timeSec, reading) {
      for (const { stream, row } of rows) row.add(timeSec, reading[stream])
    },
    setScore(score) {
      say(
        find(element, '.score', HTMLElement),
        score === undefined ? '' : `score ${score.toFixed(1)}`,
      )
    },
    choose(measure) {
      for (const { row } of rows) row.choose(measure)
    },
    setMuted(isMuted) {
      say(find(element, 'figcaption', HTMLElement), isMuted ? 'sends, muted' : 'sends')
    },
  }
}

/** Of a connection's state. */
export function toneOf(state: string): 'good' | 'bad' | 'wait' | 'calm' {
  switch (state) {
    case 'connected':
    case 'completed':
    case 'complete':
    case 'stable':
      return 'good'
    case 'failed':
    case 'disconnected':
      return 'bad'
    case 'closed':
    case 'ended':
    case 'new':
      return 'calm'
    default:
      return 'wait'
  }
}
