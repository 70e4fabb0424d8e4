// The demo's call in a real Chromium, and the file that the collector writes of it: every number from the reports anew.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import type { Store } from '../collector/src/store/store.ts'
import { makeCall } from '../demo/headless.ts'
import { serveDemo } from '../demo/servers.ts'
import type { RunningDemo } from '../demo/servers.ts'
import { TIMES } from './long.ts'
import { expectSameRecord } from './oracle/record.ts'
import type { RoomRecord } from './oracle/record.ts'
import { watchPage } from './page-watch.ts'
import type { PageView, Wanted } from './page-watch.ts'
import { recomputeRoom } from './room-oracle.ts'
import { startTurnServer } from './turn-server.ts'

const SECONDS = TIMES === 1 ? 12 : 30
const RELAYED = TIMES === 1 ? (['udp'] as const) : (['udp', 'tcp'] as const)
/** As Chromium names the ones that it makes up. */
const FAKE_DEVICES = ['Fake Default Audio Input', 'fake_device_0']
const LIMIT_MS = 120_000

let folder: string
let demo: RunningDemo

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-call-'))
  demo = await serveDemo({ port: 18_080, collectorPort: 18_787, folder, log: () => {} })
}, LIMIT_MS)

afterAll(async () => {
  await demo.close()
  await rm(folder, { recursive: true })
})

interface Made {
  readonly record: RoomRecord
  readonly kept: readonly KeptItem[]
  readonly view: PageView
}

/** A call of two peers in one page, the record in its file, and the items that it was made of. */
async function make(wanted: Wanted): Promise<Made> {
  let view = (): PageView => ({ connections: [], browser: '', browserVersion: undefined })
  const { sessionId, room } = await makeCall(demo, {
    seconds: SECONDS,
    transport: 'fetch',
    log: () => {},
    prepare: async (page) => void (view = await watchPage(page, wanted)),
  })
  const written = (await readFiles()).filter(({ room_id }) => room_id === sessionId)
  const [record] = written
  if (!record || written.length > 1) throw new Error(`${written.length} records of one room`)
  expect(record).toEqual(room)
  const kept = (await keptBy(demo.store)).filter(({ facts }) => facts.roomId === sessionId)
  return { record, kept, view: view() }
}

/** All records of all intervals that are over. */
async function readFiles(): Promise<RoomRecord[]> {
  const names = await readdir(demo.roomsFolder, { recursive: true })
  const files = names.filter((name) => name.includes('Z-'))
  for (const name of files) expect(name).toMatch(/^(\S{10})\/\1T\d\d-\d\dZ-1m-0\.json$/)
  const texts = await Promise.all(
    files.map((name) => readFile(join(demo.roomsFolder, name), 'utf8')),
  )
  return texts.flatMap((text) => JSON.parse(text) as RoomRecord[])
}

async function keptBy(store: Store): Promise<KeptItem[]> {
  const all: KeptItem[] = []
  for (let cursor = 0; ;) {
    const { items, last } = await store.after(cursor, 100)
    if (items.length === 0) return all
    all.push(...items)
    cursor = last
  }
}

const roomUrl = (roomId: string): string => `${demo.collectorUrl}/rooms/${roomId}`

/** `peers.stats.audio.send.rtt`; the keys of an app are its own. */
function membersOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => membersOf(each, path))
  if (typeof value !== 'object' || value === null || path === '.peers.keys') return [path]
  return Object.entries(value).flatMap(([name, member]) => membersOf(member, `${path}.${name}`))
}

/** From the exporter's own events: the first state that is not stable, to connected. */
function setupTimeOf(kept: readonly KeptItem[], peerId: string): number {
  const firstOf = (event: string, isIt: (state: string) => boolean): number => {
    const items = kept.flatMap(({ item }) => (item.peerId === peerId ? item : []))
    const found = items.filter(
      (item) => item.event === event && isIt((item.data as { state: string }).state),
    )
    return Math.min(...found.map(({ timestamp }) => Date.parse(timestamp)))
  }
  const began = firstOf('signalingStateChange', (state) => state !== 'stable')
  return firstOf('connectionStateChange', (state) => state === 'connected') - began
}

/** What holds of every call of the demo. */
async function expectTheCall({ record, kept, view }: Made): Promise<void> {
  expectSameRecord(record, recomputeRoom(kept, roomUrl))

  const sample = JSON.parse(
    await readFile(new URL('fixtures/data-stream.sample.json', import.meta.url), 'utf8'),
  ) as unknown
  expect([...new Set(membersOf([record]))].sort()).toEqual([...new Set(membersOf(sample))].sort())

  const { users, duration, peers, stats } = record
  expect({ users, ids: peers.map(({ peer_id }) => peer_id).sort() }).toEqual({
    users: 2,
    ids: ['alice', 'bob'],
  })
  expect(duration).toBeGreaterThanOrEqual(SECONDS - 1)
  expect(view.connections).toHaveLength(2)
  for (const peer of peers) {
    const seen = view.connections[peer.peer_id === 'alice' ? 0 : 1]
    expect(peer).toMatchObject({
      os: 'Linux',
      browser: view.browser,
      browser_version: view.browserVersion,
      keys: { app: 'demo', transport: 'fetch' },
      // One page has one set of devices: those of its first connection.
      audio_device: view.connections[0]?.audio,
      video_device: view.connections[0]?.video,
    })
    expect(peer.stats.call_setup_time).toBe(setupTimeOf(kept, peer.peer_id))
    // Two listeners to one event: another time would be of another event.
    expect(Math.abs((seen?.setupMs ?? NaN) - setupTimeOf(kept, peer.peer_id))).toBeLessThan(50)
    expect(peer.stats.audio.recv.bitrate).toBeGreaterThan(10)
    expect(peer.stats.video.send.bitrate).toBeGreaterThan(100)
    expect(peer.stats.mos).toBeGreaterThan(1)
  }
  const setupTimes = peers.map(({ stats: { call_setup_time } }) => call_setup_time ?? NaN)
  expect(stats.call_setup_time).toBe(
    Math.floor(((setupTimes[0] ?? 0) + (setupTimes[1] ?? 0)) / 2 + 0.5),
  )
}

const pathsOf = ({ record }: Made): unknown => record.peers.map(({ features }) => features)

test('each number of a call is that of its reports', { timeout: LIMIT_MS }, async () => {
  const made = await make({ configuration: {}, isCamera: false })
  await expectTheCall(made)
  const direct = { connection_type: 'DIRECT', media_transport: 'udp' }
  expect(pathsOf(made)).toEqual([direct, direct])
})

test.each(RELAYED)(
  'so it is over a relay by %s, from a camera',
  { timeout: LIMIT_MS },
  async (by) => {
    const turn = await startTurnServer()
    try {
      const made = await make({ configuration: turn.configuration(by), isCamera: true })
      await expectTheCall(made)
      const relayed = { connection_type: 'TURN', media_transport: by }
      expect(pathsOf(made)).toEqual([relayed, relayed])
      const [peer] = made.record.peers
      // Where nothing is lost, a zero is right whatever it was made of.
      expect(peer?.stats.video.packet_loss).toBeGreaterThanOrEqual(by === 'udp' ? 0.1 : 0)
      expect([peer?.audio_device, peer?.video_device]).toEqual(FAKE_DEVICES)
    } finally {
      await turn.close()
    }
  },
)
