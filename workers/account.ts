// The running account of one call: of a peer, or of the session. Its memory is bounded however long the call is.
import type { PathKind } from '../src/quality.ts'
import type { CallSummary } from '../src/summary.ts'
import { DIRECTIONS } from './channels.ts'
import { createDistribution } from './distribution.ts'
import { KINDS } from './normalize.ts'
import { byDirection, byKind, definedIn } from './quality.ts'
import type { Judged } from './quality.ts'
import { addMeans, addTallies, meanOf, NO_MEAN, NO_TALLY, valueOf } from './tally.ts'
import { createWay } from './way.ts'

export interface Account {
  /** Something was captured. Wall clock, ms. */
  touch(at: number): void
  addConnection(): void
  /** The connections that were read together; `isWhole`: those are all that there are. */
  add(polls: readonly Judged[], isWhole: boolean): void
  addSetup(callSetupMs: number): void
  addOutage(seconds: number): void
  rate(rating: number): void
  /** `outageSec`: of outages that go on. */
  summary(isFinal: boolean, outageSec: number): CallSummary
}

export function createAccount(startedAt: number): Account {
  const counts = { connections: 0, polls: 0, gaps: 0, iceRestarts: 0 }
  const pathSec: Partial<Record<PathKind, number>> = {}
  const rttMs = createDistribution()
  const score = createDistribution()
  const ways = byKind((kind) => byDirection(() => createWay(kind)))
  let endedAt = startedAt
  let setups = NO_MEAN
  let outages = 0
  let rating: number | null = null

  return {
    touch(at) {
      endedAt = Math.max(endedAt, at)
    },
    addConnection() {
      counts.connections++
    },
    add(polls, isWhole) {
      for (const { quality, seconds, isGap } of polls) {
        const { selectedPair, iceRestart } = quality
        counts.polls++
        if (iceRestart) counts.iceRestarts++
        if (isGap) counts.gaps++
        else rttMs.add(selectedPair?.rttMs, seconds)
        const path = selectedPair?.path
        if (path && seconds > 0) pathSec[path] = (pathSec[path] ?? 0) + seconds
      }
      let all = NO_TALLY
      for (const kind of KINDS) {
        for (const direction of DIRECTIONS) {
          const tallies = polls.map(({ tallies: each }) => each[kind][direction])
          const tally = tallies.reduce(addTallies, NO_TALLY)
          ways[kind][direction].add(tally, isWhole)
          all = addTallies(all, tally)
        }
      }
      if (isWhole && !all.isGap) score.add(valueOf(all.score), (all.endMs - all.startMs) / 1000)
    },
    addSetup(callSetupMs) {
      setups = addMeans(setups, meanOf(callSetupMs))
    },
    addOutage(seconds) {
      outages += seconds
    },
    rate(given) {
      rating = given
    },
    summary(isFinal, outageSec) {
      const summaries = byKind((kind) =>
        definedIn(byDirection((direction) => ways[kind][direction].summary())),
      )
      const { inbound, outbound } = summaries.audio
      const mos = [inbound, outbound].map((way) => meanOf(way?.mos?.mean)).reduce(addMeans, NO_MEAN)
      return {
        isFinal,
        startedAt: new Date(startedAt).toISOString(),
        endedAt: new Date(endedAt).toISOString(),
        durationSec: (endedAt - startedAt) / 1000,
        ...counts,
        callSetupMs: valueOf(setups) ?? null,
        outageSec: outages + outageSec,
        pathSec: { ...pathSec },
        ...summaries,
        rttMs: rttMs.summary(),
        mos: valueOf(mos) ?? null,
        score: score.summary(),
        rating,
      }
    },
  }
}
