// The record of a room, and whether two of them are the same to the printed digit: for the room oracle.
import { expect } from 'vitest'
import type { Location } from '../../collector/src/facts.ts'

type Known = number | null

export interface Direction {
  readonly mos?: Known
  readonly score?: Known
  readonly bitrate: Known
  readonly packet_loss: Known
  readonly jitter: Known
  readonly rtt?: Known
}

export interface Media {
  readonly send: Direction
  readonly recv: Direction
  readonly bitrate: Known
  readonly packet_loss: Known
  readonly jitter: Known
}

export interface Stats {
  readonly mos: Known
  readonly score: Known
  readonly call_setup_time: Known
  readonly audio: Media
  readonly video: Media
}

export interface PeerRecord {
  readonly peer_id: string
  readonly os: string | null
  readonly os_version: string | null
  readonly browser: string | null
  readonly browser_version: string | null
  readonly location: Location
  readonly sdk_version: string | null
  readonly start_time: string
  readonly duration: number
  readonly keys: Readonly<Record<string, string>>
  readonly features: {
    readonly connection_type: 'TURN' | 'DIRECT' | null
    readonly media_transport: 'udp' | 'tcp' | 'tls' | null
  }
  readonly stats: Stats
  readonly audio_device: string | null
  readonly video_device: string | null
}

export interface RoomRecord {
  readonly room_url: string
  readonly room_id: string
  readonly start_time: string
  readonly end_time: string
  readonly duration: number
  readonly users: number
  readonly stats: Stats
  readonly peers: readonly PeerRecord[]
}

/** How a record was written, and nothing that is in it. */
const OF_WRITING = ['revision', 'partial']

/** Every member, each number as it is printed; peers in any order. */
export function expectSameRecord(actual: unknown, expected: RoomRecord): void {
  expect(linesOf(actual)).toEqual(linesOf(expected))
}

function linesOf(record: unknown): string[] {
  const { peers, ...room } = record as RoomRecord
  const own = Object.entries(room).filter(([name]) => !OF_WRITING.includes(name))
  return [
    ...own.flatMap(([name, value]) => flatten(name, value)),
    ...peers.flatMap((peer) => flatten(peer.peer_id, peer)),
  ].sort()
}

function flatten(path: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${JSON.stringify(value)}`]
  const members = Object.entries(value)
  if (members.length === 0) return [`${path}: {}`]
  return members.flatMap(([name, each]) => flatten(`${path}.${name}`, each))
}
