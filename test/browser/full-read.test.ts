// What the fast reading exported of a real call, poll by poll, beside full readings of the very same reports.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Stat, StatsData } from '../../src/index.ts'
import { changesOf, CROWD } from './changes.ts'
import { startCall, startExporter } from './lifetimes.ts'
import { watchPosted, watchReadings } from './readings.ts'
import type { Posted, Reading } from './readings.ts'
import { createRun, of, until } from './run.ts'

/** Each is another order of what happens. */
const SEEDS = Array.from({ length: inject('isLong') ? 12 : 1 }, (_, index) => index + 1)
/** Polls after each change, and where nothing happens for longer than from one full reading to the next. */
const POLLS = 3
const QUIET_POLLS = 20
/** As in serialize.ts. */
const FULL_PASS_EVERY = 15
const STILL_TYPES = ['certificate', 'codec', 'local-candidate', 'remote-candidate', 'stream']

/** One poll of one connection. */
interface Poll {
  /** What was exported of it, by id. */
  readonly exported: ReadonlyMap<string, Stat>
  /** All that its report had. */
  readonly report: ReadonlyMap<string, Stat>
  readonly isFull: boolean
  /** The newest poll until here whose report was read in full. */
  readonly lastFull: number
}

interface Outcome {
  readonly polls: Readonly<Record<string, readonly Poll[]>>
  readonly readings: Readonly<Record<string, readonly Reading[]>>
  readonly posted: Posted
  readonly missing: readonly unknown[]
}

async function callWithChanges(seed: number): Promise<Outcome> {
  const run = createRun()
  const call = startCall()
  const watched = watchPosted()
  const readings = { alice: watchReadings(call.alice), bob: watchReadings(call.bob) }
  const exporter = startExporter({
    url: run.url,
    getStatsInterval: 100,
    timeout: 60_000,
    // Twenty full reports a second, and a machine that may be busy: none is to be given up.
    queue: { maxBytes: 500_000_000 },
  })
  exporter.addPeer({ peerId: 'alice', pc: call.alice })
  exporter.addPeer({ peerId: 'bob', pc: call.bob })
  const polled = async (count: number): Promise<void> => {
    const before = readings.alice.length
    await until(
      () => readings.alice.length,
      (now) => now >= before + count,
    )
  }
  try {
    await call.connect()
    await polled(QUIET_POLLS)
    for (const { name, happen } of changesOf(call, seed)) {
      exporter.addEvent(name)
      await happen()
      await polled(name.endsWith('crowd joins') ? QUIET_POLLS : POLLS)
    }
    call.bob.close()
    await polled(POLLS)
    await exporter.destroy()
  } finally {
    watched.restore()
  }
  const ledger = await run.ledger()
  const polls = Object.entries(readings).map(([peerId, read]) => {
    const items = of(ledger, peerId, 'stats').toSorted((a, b) => a.seq - b.seq)
    let lastFull = 0
    return [
      peerId,
      items.map(({ data }, index) => {
        const { stats = [], isFull = false } = read[index] ?? {}
        if (isFull) lastFull = index
        const exported = Object.values((data as StatsData).raw ?? {}).flat()
        return { exported: byId(exported), report: byId(stats), isFull, lastFull }
      }),
    ]
  })
  const { posted } = watched
  return { polls: Object.fromEntries(polls), readings, posted, missing: ledger.missing }
}

const byId = (stats: readonly Stat[]): Map<string, Stat> =>
  new Map(stats.map((stat) => [stat.id, stat]))

/** Whether it changes from poll to poll: all but what stands still, and of the pairs the one in use. */
function changesIn(report: ReadonlyMap<string, Stat>): (stat: Stat) => boolean {
  const transports = [...report.values()].filter(({ type }) => type === 'transport')
  const inUse = new Set(transports.map((stat) => stat['selectedCandidatePairId']))
  return ({ id, type, nominated }) => {
    if (type !== 'candidate-pair') return !STILL_TYPES.includes(type)
    return transports.length > 0 ? inUse.has(id) : nominated === true
  }
}

/** Equal in every member, and in their order. */
const isSame = (one: Stat | undefined, other: Stat | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

describe.each(SEEDS)('a call in which much happens, in order %i: what is exported', (seed) => {
  let outcome: Outcome
  beforeAll(async () => {
    outcome = await callWithChanges(seed)
  }, 300_000)

  /** What is wrong with any of the polls, as `peer, poll: what`. */
  function faults(
    find: (poll: Poll, index: number, polls: readonly Poll[]) => readonly string[],
  ): string[] {
    return Object.entries(outcome.polls).flatMap(([peerId, polls]) =>
      polls.flatMap((poll, index) =>
        find(poll, index, polls).map((what) => `${peerId}, ${index}: ${what}`),
      ),
    )
  }

  it('is each report once, and most of them were read in part, and packed where they are big', () => {
    const { polls, readings, posted, missing } = outcome
    expect(missing).toEqual([])
    for (const [peerId, read] of Object.entries(readings)) {
      expect([peerId, polls[peerId]?.length]).toEqual([peerId, read.length])
      expect(read.filter(({ isFull }) => !isFull).length).toBeGreaterThan(QUIET_POLLS)
    }
    expect(posted.partial).toBeGreaterThan(QUIET_POLLS)
    expect(posted.packed).toBeGreaterThan(QUIET_POLLS)
  })

  it('is of a call whose pair in use, streams and codecs were others in between', () => {
    for (const polls of Object.values(outcome.polls)) {
      const all = polls.flatMap(({ report }) => [...report.values()])
      const idsOf = (type: string) =>
        new Set(all.filter((stat) => stat.type === type).map(({ id }) => id)).size
      const pairs = new Set(all.map((stat) => stat['selectedCandidatePairId']))
      expect(pairs.size).toBeGreaterThan(2)
      for (const type of ['inbound-rtp', 'outbound-rtp']) expect(idsOf(type)).toBeGreaterThan(CROWD)
      for (const type of ['codec', 'data-channel']) expect(idsOf(type)).toBeGreaterThan(0)
    }
  })

  it('is the whole report wherever it was read in full, which is at least every 15 polls', () => {
    const wrong = faults(({ isFull, exported, report, lastFull }, index) => {
      if (!isFull) return index - lastFull < FULL_PASS_EVERY ? [] : ['no full reading for long']
      const ids = new Set([...exported.keys(), ...report.keys()])
      return [...ids].filter((id) => !isSame(exported.get(id), report.get(id)))
    })
    expect(wrong).toEqual([])
  })

  it('is at every poll the very object of the report, of each that changes and of the pair in use', () => {
    const wrong = faults(({ exported, report }) =>
      [...report.values()]
        .filter(changesIn(report))
        .filter((stat) => !isSame(exported.get(stat.id), stat))
        .map(({ id }) => id),
    )
    expect(wrong).toEqual([])
  })

  it('is of all that stands still what the last full reading had', () => {
    const wrong = faults(({ exported, report, lastFull }, _, polls) => {
      const isChanging = changesIn(report)
      const before = polls[lastFull]?.report
      return [...exported.values()]
        .filter((stat) => !isChanging(stat) && !isSame(before?.get(stat.id), stat))
        .map(({ id }) => id)
    })
    expect(wrong).toEqual([])
  })

  it('has the ids of the report, but for one that stands still and goes as another one comes: until the next full reading', () => {
    const wrong = faults(({ exported, report, isFull }) => {
      const isChanging = changesIn(exported)
      const gone = [...exported.values()].filter(({ id }) => !report.has(id))
      const come = [...report.values()].filter(({ id }) => !exported.has(id))
      if (gone.length !== come.length) return [`${exported.size} for ${report.size}`]
      return [...gone, ...come].filter((stat) => isFull || isChanging(stat)).map(({ id }) => id)
    })
    expect(wrong).toEqual([])
  })
})
