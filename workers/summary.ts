// Keeps the accounts of the session and of each peer, and says each minute, and at the end, how the call has been.
import type { Captured, CapturedEvent } from '../src/protocol.ts'
import type { CallSummary, Summaries } from '../src/summary.ts'
import type { Item } from '../src/wire.ts'
import { createAccount } from './account.ts'
import type { Account } from './account.ts'
import type { Clock } from './clock.ts'
import type { NextItem } from './own-items.ts'
import type { Judged } from './quality.ts'

type About = Pick<Captured, 'peerId' | 'peerName' | 'pcId' | 'timestamp'>

/** A poll of one connection. */
export type JudgedPoll = Judged & About

export interface SummaryParts {
  readonly clock: Clock
  readonly nextItem: NextItem
  /** `supersedes`: the `seq` of the one that it replaces. */
  readonly take: (item: Item, supersedes: number | undefined) => void
}

export interface Summary {
  takeEvent(event: CapturedEvent, callSetupMs: number | null): void
  /** Of one poll; `isWhole`: of all connections. */
  takePolls(polls: readonly JudgedPoll[], isWhole: boolean): void
  /** The connection is gone; with its last one, the peer is. */
  forget(pcId: string): void
  current(): Summaries
  /** From now on: what was before is to be forgotten. */
  clear(): void
  /** Says the last ones, of all. */
  end(): Summaries
}

interface Subject {
  readonly peerId: string | null
  readonly peerName: string | null
  readonly account: Account
  readonly pcIds: Set<string>
  /** Since when a connection is out, by `pcId`. Wall clock, ms. */
  readonly outSince: Map<string, number>
  lastSeq: number | undefined
  hasNews: boolean
  /** Whose set-up is the peer's; null when it is known. */
  firstPcId: string | null
}

const PERIOD_MS = 60_000
const RATINGS: ReadonlySet<unknown> = new Set([1, 2, 3, 4, 5])
const STATES_OUT: ReadonlySet<unknown> = new Set(['disconnected', 'failed'])
/** `connecting` after an ICE restart is no connection yet. */
const STATES_OVER: ReadonlySet<unknown> = new Set(['connected', 'closed'])

export function createSummary({ clock, nextItem, take }: SummaryParts): Summary {
  const peers = new Map<string, Subject>()
  let session: Subject | null = null
  let cancel: (() => void) | null = null

  const all = (): Subject[] => [...peers.values(), ...(session ? [session] : [])]

  /** Those whom a capture is about: the session, and the peer where one is meant. */
  function subjectsOf({ peerId, peerName, pcId, timestamp }: About): Subject[] {
    cancel ??= clock.after(PERIOD_MS, sayAll)
    session ??= open(null, null, null, timestamp)
    const peer =
      peerId === null ? null : (peers.get(peerId) ?? open(peerId, peerName, pcId, timestamp))
    if (peer && peerId !== null) peers.set(peerId, peer)
    const subjects = peer ? [session, peer] : [session]
    for (const subject of subjects) {
      subject.hasNews = true
      subject.account.touch(timestamp)
      if (pcId === null || subject.pcIds.has(pcId)) continue
      subject.pcIds.add(pcId)
      subject.account.addConnection()
    }
    return subjects
  }

  function summarize({ account, outSince }: Subject, isFinal: boolean): CallSummary {
    const now = clock.now()
    const outSec = [...outSince.values()].map((since) => Math.max(0, now - since) / 1000)
    return account.summary(
      isFinal,
      outSec.reduce((sum, seconds) => sum + seconds, 0),
    )
  }

  function summarizeAll(isFinal: boolean): Summaries {
    const ofPeers = [...peers].map(([peerId, peer]) => [peerId, summarize(peer, isFinal)] as const)
    return {
      session: session && summarize(session, isFinal),
      peers: Object.fromEntries(ofPeers),
    }
  }

  function say(subject: Subject, isFinal: boolean): void {
    const { peerId, peerName, lastSeq } = subject
    const data = summarize(subject, isFinal)
    const item = nextItem({ event: 'summary', tag: 'summary', peerId, peerName, data })
    subject.lastSeq = item.seq
    subject.hasNews = false
    take(item, lastSeq)
  }

  function sayAll(): void {
    cancel = clock.after(PERIOD_MS, sayAll)
    for (const subject of all()) if (subject.hasNews) say(subject, false)
  }

  return {
    takeEvent(captured, callSetupMs) {
      const { event, pcId, timestamp, data } = captured
      const { state, rating } = (data ?? {}) as { state?: unknown; rating?: unknown }
      const isRating = event === 'rating' && RATINGS.has(rating)
      if (pcId === null && !isRating) return
      for (const subject of subjectsOf(captured)) {
        const { account } = subject
        if (isRating) account.rate(Number(rating))
        if (pcId === null) continue
        if (event === 'connectionStateChange') followOutage(subject, pcId, state, timestamp)
        if (callSetupMs === null || peers.get(captured.peerId ?? '')?.firstPcId !== pcId) continue
        account.addSetup(callSetupMs)
        // The session comes before the peer.
        if (subject !== session) subject.firstPcId = null
      }
    },
    takePolls(polls, isWhole) {
      const read = new Map<Subject, Judged[]>()
      for (const poll of polls) {
        for (const subject of subjectsOf(poll)) {
          read.set(subject, [...(read.get(subject) ?? []), poll])
        }
      }
      for (const [subject, judged] of read) {
        subject.account.add(judged, isWhole || subject !== session)
      }
    },
    forget(pcId) {
      for (const subject of all()) followOutage(subject, pcId, 'closed', clock.now())
      session?.pcIds.delete(pcId)
      for (const [peerId, subject] of peers) {
        if (!subject.pcIds.delete(pcId) || subject.pcIds.size > 0) continue
        peers.delete(peerId)
        say(subject, true)
      }
    },
    current: () => summarizeAll(false),
    clear() {
      peers.clear()
      session = null
    },
    end() {
      cancel?.()
      for (const subject of all()) say(subject, true)
      return summarizeAll(true)
    },
  }
}

function open(
  peerId: string | null,
  peerName: string | null,
  firstPcId: string | null,
  at: number,
): Subject {
  return {
    peerId,
    peerName,
    account: createAccount(at),
    pcIds: new Set(),
    outSince: new Map(),
    lastSeq: undefined,
    hasNews: false,
    firstPcId,
  }
}

function followOutage(
  { account, outSince }: Subject,
  pcId: string,
  state: unknown,
  at: number,
): void {
  const since = outSince.get(pcId)
  if (STATES_OUT.has(state)) {
    outSince.set(pcId, since ?? at)
  } else if (since !== undefined && STATES_OVER.has(state)) {
    outSince.delete(pcId)
    account.addOutage(Math.max(0, at - since) / 1000)
  }
}
