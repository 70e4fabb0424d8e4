// A day without an endpoint, at a size that `npm test` can bear: an hour, and a 24th of the bounds. `LONG=1`: all of it.
import { expect, it } from 'vitest'
import type { Item } from '../src/wire.ts'
import { toldBy, total } from './depots.ts'
import { TIMES } from './long.ts'
import { createExporter } from './offline.ts'

const HOURS = TIMES > 1 ? 24 : 1
const BOUNDS = {
  maxItems: Math.floor((20_000 * HOURS) / 24),
  maxBytes: Math.floor((20_971_520 * HOURS) / 24),
}
const PEERS = 8
const POLL_MS = 2000
/** Of each poll: items of 4 KB, and of 7 KB in the long run. */
const STATS = TIMES > 1 ? 24 : 14
/** A server that comes back is spared for longer than it was away. */
const RETURN_HOURS = 40
const HOUR_MS = 3_600_000
/** Each peer's connection changes its state so often. */
const CHANGE_EVERY = 120

/** Numbers that do not repeat, and are the same in each run. */
function createRandom(): () => number {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const random = createRandom()

/** Of one connection: most of it changes from poll to poll. */
function statsOf(ssrc: number): object {
  return {
    id: `IT01A${ssrc}`,
    type: 'inbound-rtp',
    timestamp: 1_767_225_600_000 + random() * 1e6,
    kind: 'video',
    ssrc,
    bytesReceived: Math.floor(random() * 1e9),
    packetsReceived: Math.floor(random() * 1e6),
    packetsLost: Math.floor(random() * 100),
    jitter: random() / 100,
    framesDecoded: Math.floor(random() * 1e5),
    totalDecodeTime: random() * 1000,
    totalInterFrameDelay: random() * 1000,
  }
}

function itemOf(seq: number, peer: number, nowMs: number): Omit<Item, 'event' | 'tag' | 'data'> {
  const timestamp = new Date(nowMs).toISOString()
  const name = `peer-${peer}`
  return { peerId: name, peerName: name, pcId: name, seq, timestamp, interval: POLL_MS }
}

it(
  `${HOURS} simulated hours offline with ${PEERS} peers at 2 s: bytes never above the bound, every priority-0 item kept, drops counted to the item`,
  { timeout: 600_000 },
  async () => {
    const began = performance.now()
    const exporter = await createExporter(BOUNDS, random)
    const { clock, network, captured, received, most } = exporter
    let seq = 0
    const polls = (HOURS * HOUR_MS) / POLL_MS
    for (let poll = 0; poll < polls; poll++) {
      // Half of each hour the device has no network, the other half the server answers 503.
      network.isOnline = (poll * POLL_MS) % HOUR_MS < HOUR_MS / 2
      for (let peer = 0; peer < PEERS; peer++) {
        const data = {
          inbound: Array.from({ length: STATS }, (_, ssrc) => statsOf(ssrc)),
          metrics: {},
        }
        exporter.capture({
          ...itemOf(seq++, peer, clock.now()),
          event: 'stats',
          tag: 'stats',
          data,
        })
        if ((poll + peer) % CHANGE_EVERY !== 0) continue
        const state = poll % 2 === 0 ? 'connected' : 'disconnected'
        exporter.capture({
          ...itemOf(seq++, peer, clock.now()),
          event: 'connectionStateChange',
          tag: 'connection',
          data: { state },
        })
      }
      await clock.advance(POLL_MS)
    }
    const { depth } = await exporter.depot.census()
    const dropsOffline = exporter.drops()
    expect(received).toEqual([])
    expect(dropsOffline).toBeGreaterThan(captured.items / 2)

    network.isOnline = true
    network.isDown = false
    let hours = 0
    while ((await exporter.depot.census()).depth > 0 && hours < RETURN_HOURS) {
      await clock.advance(HOUR_MS)
      hours++
    }
    // One more tells what has been dropped since the last one.
    exporter.capture({
      ...itemOf(seq++, 0, clock.now()),
      event: 'connectionStateChange',
      tag: 'connection',
      data: { state: 'connected' },
    })
    await clock.advance(HOUR_MS)
    const arrived = received.flatMap(({ producer, items }) =>
      items.map((item) => `${producer} ${item.seq}`),
    )
    const identities = new Set(arrived)
    const told = toldBy(received)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(
      `offline for ${HOURS} h: ${captured.items} items of ${Math.round(captured.bytes / captured.items)} bytes, ${captured.urgent.length} of priority 0; ` +
        `at most ${most.items} items and ${most.bytes} bytes stored (bounds ${BOUNDS.maxItems}, ${BOUNDS.maxBytes}); ` +
        `${depth} held at the end, ${arrived.length} arrived in ${received.length} batches within ${hours} h, ${JSON.stringify(told)}; ` +
        `${exporter.requests()} requests, ${seconds} s`,
    )
    expect((await exporter.depot.census()).depth).toBe(0)
    expect(captured.urgent.filter((id) => !identities.has(id))).toEqual([])
    expect(arrived).toHaveLength(identities.size)
    expect(total(told)).toBe(exporter.drops())
    expect(arrived.length + total(told)).toBe(captured.items)
    expect(most.items).toBeLessThanOrEqual(BOUNDS.maxItems)
    expect(most.bytes).toBeLessThanOrEqual(BOUNDS.maxBytes)
  },
)
