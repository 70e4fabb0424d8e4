// Makes a call from its begin to its end, does to it what is planned, and writes down when.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gate } from './gate.ts'
import * as inPage from './page.ts'
import { connect, gather, negotiate, reached } from './people.ts'
import type { Cast, Participant, Place } from './people.ts'
import type { Fault, Truth } from './truth.ts'

/** What is to be recorded. */
export interface Plan extends Cast {
  readonly seconds: number
  /** What happens to them; it is over when the call is. */
  readonly faults: (room: Room) => readonly Promise<void>[]
}

/** Takes the fault away again. */
export type Mend = () => unknown

type PlannedFault = Pick<Fault, 'kind' | 'who' | 'how'>

/** Does things so many seconds after the start. */
export interface Room {
  readonly gate: Gate
  during(
    fromSec: number,
    toSec: number,
    fault: PlannedFault,
    breakIt: (who: Participant) => Mend | Promise<Mend>,
  ): Promise<void>
  /** Cuts a guest off his relay for good: when his connection has failed he takes a path over TCP. */
  losePath(atSec: number, who: string): Promise<void>
  /** Kills his page for good. What it has armed finds the collector. */
  crash(atSec: number, who: string): Promise<void>
}

/** A connection that is cut off fails half a minute later at the latest. */
const FAIL_LIMIT_MS = 60_000

export async function makeCall(plan: Plan, place: Place, gate: Gate): Promise<Truth> {
  const { product } = await place.browser.send<{ product: string }>('Browser.getVersion')
  const people = await gather(plan, place)
  await connect(people, plan.codec)
  const startMs = Date.now()
  const at = (sec: number): Promise<void> => sleep(Math.max(0, startMs + sec * 1000 - Date.now()))
  const faults: Fault[] = []
  const room = createRoom({ plan, place, gate, people, at, note: (fault) => faults.push(fault) })
  await Promise.all([at(plan.seconds), ...plan.faults(room)])
  const endedAt = now()
  for (const { isGone, tab } of people) if (!isGone) await tab.call(inPage.leave)
  const { name, intervalMs } = plan
  return {
    ...{ name, roomId: name, browser: product, intervalMs },
    startedAt: new Date(startMs).toISOString(),
    endedAt,
    participants: people.map(({ peerId, peerName, userId, sessionId, camera, paths }) => {
      const { width, height } = camera ?? {}
      const video = width && height ? { codec: plan.codec, width, height } : null
      return { peerId, peerName, userId, sessionId, video, paths }
    }),
    faults: faults.toSorted((one, other) => (one.from < other.from ? -1 : 1)),
  }
}

interface RoomParts {
  readonly plan: Plan
  readonly place: Place
  readonly gate: Gate
  /** The first is the host. */
  readonly people: readonly Participant[]
  readonly at: (sec: number) => Promise<void>
  readonly note: (fault: Fault) => void
}

function createRoom({ plan, place, gate, people, at, note }: RoomParts): Room {
  const find = (who: string): Participant => {
    const found = people.find(({ peerId }) => peerId === who)
    if (!found) throw new Error(`${plan.name}: expected a participant ${who}, got none`)
    return found
  }
  return {
    gate,
    async during(fromSec, toSec, fault, breakIt) {
      await at(fromSec)
      const mend = await breakIt(find(fault.who))
      const from = now()
      await at(toSec)
      note({ ...fault, from, to: now() })
      await mend()
    },
    async losePath(atSec, who) {
      const [host] = people
      const guest = find(who)
      await at(atSec)
      guest.link.up.isCut = guest.link.down.isCut = true
      const from = now()
      await reached(guest, 'failed', FAIL_LIMIT_MS)
      if (!host) return
      await guest.tab.call(inPage.restartIce, host.peerId, place.turn.configuration('tcp'))
      await negotiate(guest, host, plan.codec)
      guest.paths.push({ path: 'turn-tcp', from: now() })
      note({ kind: 'path-down', who, how: {}, from, to: now() })
    },
    async crash(atSec, who) {
      const victim = find(who)
      await victim.tab.rendererPid() // it takes a moment to find
      await at(atSec)
      gate.shut.delete(who)
      note({ kind: 'crash', who, how: {}, from: now(), to: null })
      await victim.tab.killRenderer()
      victim.isGone = true
    },
  }
}

const now = (): string => new Date().toISOString()

/** Mutes him, until it is mended. */
export async function muteHim({ tab }: Participant): Promise<Mend> {
  await tab.call(inPage.mute, true)
  return () => tab.call(inPage.mute, false)
}
