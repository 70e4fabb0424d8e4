// Three people over a relay: one loses his path, one cannot reach the collector, one's page crashes.
import type { Camera } from './page.ts'
import type { Participant } from './people.ts'
import type { Mend, Plan, Room } from './room.ts'

const CAMERA: Camera = { width: 640, height: 360, fps: 20, maxBitrate: 500_000 }
const UNREACHABLE = { kind: 'collector-unreachable', who: 'bob', how: { status: 503 } } as const
const UNREACHABLE_TO_CAROL = { ...UNREACHABLE, who: 'carol' } as const

/** Carol's collector comes back with her crash: what her page had armed arrives, and no more of what it kept. */
const CRASH_SEC = 48

export const OUTAGE: Plan = {
  name: 'outage',
  seconds: 64,
  intervalMs: 2000,
  path: 'turn-udp',
  codec: 'VP8',
  // No whole report fits into it.
  beaconTail: 8192,
  participants: [
    { peerId: 'bob', camera: CAMERA },
    { peerId: 'alice', camera: CAMERA },
    { peerId: 'carol' },
  ],
  faults: (room) => [
    room.during(6, 36, UNREACHABLE, shutOut(room)),
    room.losePath(10, 'alice'),
    room.during(32, CRASH_SEC, UNREACHABLE_TO_CAROL, shutOut(room)),
    room.crash(CRASH_SEC, 'carol'),
  ],
}

function shutOut({ gate }: Room) {
  return ({ peerId }: Participant): Mend => {
    gate.shut.add(peerId)
    return () => gate.shut.delete(peerId)
  }
}
