// Two people, directly: the machine of the one who sends a large picture is too slow for it.
import { signal } from '../../crash/processes.ts'
import { openCamera } from './page.ts'
import type { Camera } from './page.ts'
import type { Participant } from './people.ts'
import type { Mend, Plan } from './room.ts'

const USUAL: Camera = { width: 640, height: 360, fps: 30, maxBitrate: 2_500_000 }
const SMALL: Camera = { width: 320, height: 180, fps: 15, maxBitrate: 200_000 }
/** More than two processors encode in AV1. */
const HUGE: Camera = { ...USUAL, width: 2560, height: 1440, fps: 20 }
const OVERLOAD = {
  kind: 'encoder-overload',
  who: 'alice',
  how: { width: HUGE.width, height: HUGE.height, fps: HUGE.fps, codec: 'AV1' },
} as const
const STOPPED = { kind: 'page-stopped', who: 'bob', how: {} } as const

export const BUSY_CPU: Plan = {
  name: 'busy-cpu',
  seconds: 82,
  intervalMs: 2000,
  path: 'udp',
  codec: 'AV1',
  participants: [
    { peerId: 'alice', camera: USUAL },
    { peerId: 'bob', camera: SMALL },
  ],
  faults: ({ during }) => [during(14, 48, OVERLOAD, overload), during(62, 75, STOPPED, stop)],
}

async function overload({ tab }: Participant): Promise<Mend> {
  await tab.call(openCamera, HUGE)
  return () => tab.call(openCamera, USUAL)
}

async function stop({ tab }: Participant): Promise<Mend> {
  const pids = [await tab.rendererPid()]
  signal(pids, 'SIGSTOP')
  return () => signal(pids, 'SIGCONT')
}
