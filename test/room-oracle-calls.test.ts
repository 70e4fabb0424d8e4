// The oracle of rooms over whole calls: it rates every poll of them as the exporter did, or throws.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Captured } from '../src/protocol.ts'
import { longCall } from './long-call.ts'
import { TIMES } from './long.ts'
import { keptOf } from './oracle/kept.ts'
import { URL_OF } from './oracle/small-call.ts'
import { eventOf, pipe, reportOf } from './piping.ts'
import { recordingUrl } from './recordings.ts'
import { feed } from './replay/feed.ts'
import { readRecording } from './replay/read.ts'
import { recomputeRoom } from './room-oracle.ts'

test.each([
  ['chromium', 'DIRECT'],
  ['firefox', 'DIRECT'],
  ['chrome87.synthetic', 'TURN'],
  ['firefox67.synthetic', 'DIRECT'],
  ['safari17.synthetic', 'TURN'],
])('the recording %s', (name, path) => {
  const items = feed(readRecording(readFileSync(recordingUrl(name))))
  const { stats, peers } = recomputeRoom(keptOf('p', items), URL_OF)
  expect(stats.video.bitrate).toBeGreaterThan(100)
  expect(stats.score).toBeGreaterThan(5)
  for (const { features } of peers) expect(features.connection_type).toBe(path)
})

/** The first minutes have stale polls, late packets and old reports; later come gaps, mutes and counts that begin anew. */
const MOST_STEPS = TIMES === 1 ? 300 : Infinity

test('a long call with all that befalls one', { timeout: 5000 + 5000 * TIMES }, () => {
  const start = Date.parse('2026-01-01T00:00:00.000Z')
  const captures = []
  for (const step of longCall(start)) {
    const seq: Pick<Captured, 'seq'> = { seq: captures.length }
    if (step.type === 'poll') captures.push({ ...reportOf(step.stats, step.atMs), ...seq })
    if (step.type === 'event')
      captures.push({ ...eventOf(step.atMs, step.event, step.data), ...seq })
    if (captures.length >= MOST_STEPS) break
  }
  const { users, stats } = recomputeRoom(keptOf('p', pipe(captures).raised), URL_OF)
  expect(users).toBe(1)
  expect(stats.call_setup_time).toBe(540)
  expect(stats.audio.send.rtt).toBeGreaterThan(0)
})
