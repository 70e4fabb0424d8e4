// Reads recordings in the form of *.series.json: the polls of each connection, and what happened meanwhile.
import { text, wrong } from '../../src/check.ts'
import type { StateEvent } from '../../src/peer.ts'
import { readArray, readRecord, readReport, readTime } from './recording.ts'
import type { Poll, RecordedConnection, StateChange } from './recording.ts'

/** The states in the order in which an event's value has them, each with the one a new connection begins with. */
const STATES: readonly (readonly [StateEvent, string])[] = [
  ['connectionStateChange', 'new'],
  ['iceConnectionStateChange', 'new'],
  ['iceGatheringStateChange', 'new'],
  ['signalingStateChange', 'stable'],
]

/** `a:iceconnectionstatechange`: other events of a recording are notes on what was done, and nothing of a connection. */
const STATE_EVENT = /^(.+):(?:connection|iceconnection|icegathering|signaling)statechange$/

/** @throws TypeError that says what was expected and what came */
export function readSeries(file: Record<string, unknown>): RecordedConnection[] {
  const changes = readChanges(readArray('events', file['events'] ?? []))
  return readArray('peerConnections', file['peerConnections']).map((connection, index) => {
    const name = `peerConnections[${index}]`
    const { pcId, polls } = readRecord(name, connection)
    const id = text(`${name}.pcId`, pcId)
    return {
      pcId: id,
      polls: readArray(`${name}.polls`, polls).map((poll, number) =>
        readPoll(`${name}.polls[${number}]`, poll),
      ),
      changes: changes.get(id) ?? [],
    }
  })
}

function readPoll(name: string, value: unknown): Poll {
  const { t, wall, eventTime, report } = readRecord(name, value)
  const clockMs = readTime(`${name}.t`, t)
  const wallMs = readTime(`${name}.wall`, wall ?? eventTime ?? t)
  return { clockMs, wallMs, report: readReport(`${name}.report`, report) }
}

/** By connection. An event says all four states; what it changed is found by the event before it. */
function readChanges(events: readonly unknown[]): Map<string, StateChange[]> {
  const changes = new Map<string, StateChange[]>()
  const before = new Map<string, readonly string[]>()
  for (const [index, event] of events.entries()) {
    const name = `events[${index}]`
    const { t, wall, name: eventName, value } = readRecord(name, event)
    const [, pcId] = STATE_EVENT.exec(String(eventName)) ?? []
    if (pcId === undefined) continue
    const clockMs = readTime(`${name}.t`, t)
    const wallMs = readTime(`${name}.wall`, wall ?? t)
    const states = typeof value === 'string' ? value.split('/') : []
    if (states.length !== STATES.length) {
      throw wrong(`${name}.value`, 'connection/ice/gathering/signaling states', value)
    }
    const all = changes.get(pcId) ?? []
    for (const [place, [stateEvent, initial]] of STATES.entries()) {
      const state = states[place] ?? ''
      const last = before.get(pcId)?.[place] ?? initial
      if (state !== last) all.push({ clockMs, wallMs, event: stateEvent, state })
    }
    changes.set(pcId, all)
    before.set(pcId, states)
  }
  return changes
}
