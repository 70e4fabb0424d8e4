// Three people over a relay, and each of them has another trouble with his network.
import type { Camera } from './page.ts'
import { muteHim } from './room.ts'
import type { Plan } from './room.ts'

const CAMERA: Camera = { width: 640, height: 360, fps: 20, maxBitrate: 500_000 }
const CUT = { kind: 'downlink-cut', who: 'bob', how: {} } as const
const LOSS = { kind: 'downlink-loss', who: 'bob', how: { lossPct: 25 } } as const
const DELAY = { kind: 'delay', who: 'carol', how: { roundTripMs: 300 } } as const
const NARROW = { kind: 'uplink-bandwidth', who: 'alice', how: { maxKbps: 250 } } as const
const MUTED = { kind: 'muted', who: 'carol', how: {} } as const

export const LOSSY_NETWORK: Plan = {
  name: 'lossy-network',
  seconds: 61,
  intervalMs: 2000,
  path: 'turn-udp',
  codec: 'VP8',
  participants: [
    { peerId: 'alice', camera: CAMERA },
    { peerId: 'bob', camera: CAMERA },
    { peerId: 'carol' },
  ],
  faults: ({ during }) => [
    during(8, 12, CUT, ({ link: { down } }) => {
      down.isCut = true
      return () => (down.isCut = false)
    }),
    during(14, 26, MUTED, muteHim),
    during(16, 30, NARROW, ({ link: { up } }) => {
      up.maxKbps = NARROW.how.maxKbps
      return () => (up.maxKbps = Infinity)
    }),
    during(36, 45, DELAY, ({ link: { up, down } }) => {
      up.delayMs = down.delayMs = DELAY.how.roundTripMs / 2
      return () => (up.delayMs = down.delayMs = 0)
    }),
    during(48, 59, LOSS, ({ link: { down } }) => {
      down.lossPct = LOSS.how.lossPct
      return () => (down.lossPct = 0)
    }),
  ],
}
