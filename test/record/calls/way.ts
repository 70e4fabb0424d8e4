// One participant's way to his relay, up and down, which the recorder makes bad and good again.
import type { Direction, Way } from '../../bad-path.ts'

/** What holds of one direction. */
interface WayState {
  isCut: boolean
  /** 0..100, lost in bursts. */
  lossPct: number
  delayMs: number
  /** kbit/s */
  maxKbps: number
}

/** What stands in `up` and `down` holds for each packet from then on. */
export interface Link {
  readonly up: WayState
  readonly down: WayState
  readonly openWay: (direction: Direction) => Way
}

const MEAN_BURST = 3
/** A queue that is longer takes no more. */
const MAX_QUEUE_MS = 400

/** Both directions are good at first. */
export function createLink(random: () => number): Link {
  const up = goodWay()
  const down = goodWay()
  return {
    up,
    down,
    openWay: (direction) => createWay(direction === 'there' ? up : down, random),
  }
}

function goodWay(): WayState {
  return { isCut: false, lossPct: 0, delayMs: 0, maxKbps: Infinity }
}

function createWay(state: WayState, random: () => number): Way {
  let isBurst = false
  let freeAt = 0
  return (send, bytes) => {
    const { isCut, lossPct, delayMs, maxKbps } = state
    const loss = lossPct / 100
    // Gilbert's model: bursts of a mean length, as many as make that loss.
    isBurst = random() < (isBurst ? 1 - 1 / MEAN_BURST : loss / (1 - loss) / MEAN_BURST)
    if (isCut || (isBurst && loss > 0)) return
    const now = performance.now()
    const queueMs = Math.max(0, freeAt - now)
    if (queueMs > MAX_QUEUE_MS) return
    const waitMs = delayMs + (maxKbps === Infinity ? 0 : queueMs)
    freeAt = maxKbps === Infinity ? 0 : now + queueMs + (bytes * 8) / maxKbps
    if (waitMs > 0) setTimeout(send, waitMs)
    else send()
  }
}
