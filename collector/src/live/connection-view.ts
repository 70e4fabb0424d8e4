// A connection as it is shown: what its items say, and who sent them.
import type { AgentOf } from '../rooms/record.ts'
import type { KeptConnection } from '../store/store.ts'
import { isOverBy } from './state.ts'
import type { ConnectionView, ProducerView } from './views.ts'

export function viewOf(kept: KeptConnection, agentOf: AgentOf): ConnectionView {
  const { id, sessionId, roomId, pcId, peerId, peerName, firstAt, lastAt } = kept
  const { polls, events, state, last, freezes, troubles } = kept
  return {
    ...{ id, sessionId, roomId, pcId, peerId, peerName, participant: participantOf(kept) },
    ...{ firstAt, lastAt, polls, events, state, last, freezes, troubles },
    score: kept.scored === 0 ? null : kept.scoreSum / kept.scored,
    from: producerOf(kept, agentOf),
  }
}

/** Who takes part by it. */
function participantOf({ userId, peerId }: KeptConnection): string {
  return userId ?? peerId
}

/** It may go on: it is not closed, and was heard of a while ago at most. */
export function isLive(
  { state, receivedAt }: Pick<KeptConnection, 'state' | 'receivedAt'>,
  now: number,
  idleTimeoutMs: number,
): boolean {
  return !isOverBy(state) && now - receivedAt < idleTimeoutMs
}

function producerOf(kept: KeptConnection, agentOf: AgentOf): ProducerView {
  const { producer, items, lastSeq, dropped, queue, clients, sentAt } = kept
  const { sdkVersion, userAgent, hints } = clients
  const { os, osVersion, browser, browserVersion } = agentOf(userAgent.value, hints.value)
  return {
    producer,
    items,
    missing: producer === null ? 0 : Math.max(0, lastSeq + 1 - items),
    dropped,
    queue,
    receivedAt: sentAt,
    sdkVersion: sdkVersion.value,
    os: wordsOf(os, osVersion),
    browser: wordsOf(browser, browserVersion),
  }
}

function wordsOf(...words: readonly (string | null)[]): string | null {
  const known = words.filter((word) => word !== null)
  return known.length === 0 ? null : known.join(' ')
}
