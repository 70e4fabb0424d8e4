// What the dead have left is sealed and sent by one of those that live (DURABILITY.md, Store 8).
import type { DropReason } from '../src/wire.ts'
import { within } from './clock.ts'
import type { Clock } from './clock.ts'
import type { Locks } from './lock.ts'
import type { Queue } from './queue.ts'
import type { SealLimits } from './seal.ts'
import { repair } from './repair.ts'
import { forget, strangers } from './strangers.ts'

/** Tells the other tabs of this origin that a producer lives: they cannot see a lock that is new. */
export interface RollCall {
  postMessage(producer: string): void
  onmessage: ((event: MessageEvent<string>) => void) | null
  close(): void
}

export interface OrphansParts {
  /** On the disk. */
  readonly queue: Queue
  readonly locks: Locks | null
  readonly rollCall: RollCall | null
  readonly clock: Clock
  /** Of the endpoint. */
  readonly database: string
  /** This page's own. */
  readonly producer: string
  readonly limits: () => SealLimits
  /** There is something to send. */
  readonly onAdopted: (items: number) => void
  /** A dead producer was never told of these. */
  readonly onDropped: (reason: DropReason, count: number) => void
}

/** A worker that was ended is started again by its page: its lock is free for a moment, though it lives. */
const GRACE_MS = 1000
/** Where there are no locks a producer is dead when it was not seen for so long. */
const SILENCE_MS = 72 * 3_600_000
/** The lock of an engine that was ended is freed soon; a browser that never frees it must not stop the next one. */
const CLAIM_LIMIT_MS = 1000

/** Says that this producer lives: to be called before anything of it is stored. */
export async function claim({
  locks,
  clock,
  database,
  producer,
}: Pick<OrphansParts, 'locks' | 'clock' | 'database' | 'producer'>): Promise<void> {
  // Refused in a frame that may store nothing: then nobody else of this origin has them either.
  const claimed = locks?.keep(lockName(database, producer)).catch(() => {})
  if (claimed) await within(clock, CLAIM_LIMIT_MS, claimed, undefined)
}

/**
 * Waits until nobody else drains this database, and from then on takes over each producer that dies, at once. Never
 * one that lives: its lock is held. Resolves when those that were dead already are taken over.
 */
export async function drainTheDead(parts: OrphansParts): Promise<void> {
  const { queue, locks, rollCall, clock, database, producer } = parts
  if (!locks) return adoptTheSilent(parts)
  rollCall?.postMessage(producer)
  const watched = new Set([producer])
  const watch = async (page: string): Promise<void> => {
    if (watched.has(page)) return
    watched.add(page)
    const name = lockName(database, page)
    do {
      await locks.free(name)
      await new Promise<void>((resolve) => clock.after(GRACE_MS, resolve))
    } while (!(await locks.hold(name)))
    await adopt(parts, page)
  }
  await locks.keep(`${database} drain`)
  if (rollCall) rollCall.onmessage = ({ data }) => void watch(data).catch(() => {}) // it is tried at the next load
  const pages = new Set((await strangers(queue)).map(pageOf))
  await Promise.all([...pages].map((page) => within(clock, GRACE_MS * 2, watch(page), undefined)))
}

async function adoptTheSilent(parts: OrphansParts): Promise<void> {
  const { queue, clock, producer } = parts
  const silentSince = clock.now() - SILENCE_MS
  const others = await strangers(queue, silentSince)
  for (const page of new Set(others.map(pageOf))) if (page !== producer) await adopt(parts, page)
}

/** Seals what is left of a page, under its own names. */
async function adopt({ queue, limits, onAdopted, onDropped }: OrphansParts, page: string) {
  const names = (await strangers(queue)).filter((name) => pageOf(name) === page)
  let items = 0
  for (const name of names) {
    await repair(queue.ledger, name)
    const left = await forget(queue, name)
    if (left) {
      for (const [reason, count] of Object.entries(left)) onDropped(reason as DropReason, count)
      continue
    }
    queue.adopt(name)
    for (let sealed = await queue.seal(name, limits()); sealed;) {
      items += sealed.count
      sealed = await queue.seal(name, limits())
    }
  }
  if (names.length > 0) onAdopted(items)
}

function lockName(database: string, producer: string): string {
  return `${database} ${producer}`
}

/** A worker's own producer lives as long as its page's. */
function pageOf(producer: string): string {
  return producer.replace(/\.w\d+$/, '')
}
