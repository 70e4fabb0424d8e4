// What the roll-up is tested with: items put into a store, and the files that come of them.
import type { KeptItem } from '../collector/src/facts.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Arrival, RoomsChange, Store, StreamFile } from '../collector/src/store/store.ts'
import { RollUp } from '../collector/src/streams/roll-up.ts'
import type { RollUpParts } from '../collector/src/streams/roll-up.ts'
import { newRooms } from './room-items.ts'

export const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** One batch of them, all of one producer. */
function arrivalOf(items: readonly KeptItem[]): Arrival {
  const [first] = items
  if (!first) throw new Error('no items')
  const { sessionId, producer, exportedAt, facts } = first
  const arrived = items.map(({ item }) => {
    const seq = 'seq' in item ? item.seq : null
    const json = JSON.stringify(item)
    return { key: `${producer} ${seq}`, seq, item, peerName: null, json }
  })
  const common = { sessionId, sessionName: 'Test', producer, wholeBatchId: null }
  return { ...common, exportedAt, facts, items: arrived }
}

export type Fate = 'ok' | 'fails' | 'is kept, and fails'

/** A store on a clock of the test's own, and a roll-up over it that can be killed. */
export async function createRolling(startMs: number, own: Partial<RollUpParts> = {}) {
  const time = { now: startMs }
  const store = await openStore(':memory:', { now: () => time.now })
  const files: StreamFile[] = []
  const faults: unknown[] = []
  /** Of each save from now on. */
  let fate: Fate = 'ok'
  const watched: Store = Object.assign(Object.create(store) as Store, {
    rooms: () => store.rooms(),
    after: (cursor: number, limit: number) => store.after(cursor, limit),
    async saveRooms(change: RoomsChange) {
      if (fate === 'fails') throw new Error('the disk is full')
      await store.saveRooms(change)
      files.push(...change.files)
      if (fate !== 'ok') throw new Error('nobody knows')
    },
  })
  const open = (more: Partial<RollUpParts> = {}) =>
    RollUp.open({
      store: watched,
      rooms: newRooms(),
      intervalMinutes: 60,
      lateWindowMs: DAY_MS,
      now: () => time.now,
      onFault: (error) => faults.push(error),
      ...own,
      ...more,
    })
  let rollUp = await open()
  return {
    time,
    store,
    /** All that were ever saved, in order. */
    files,
    faults,
    /** As the commits of a collector do it; `isSeen`: false where it is killed in between. */
    async put(items: readonly KeptItem[], isSeen = true) {
      const put = await store.put([arrivalOf(items)])
      if (isSeen) rollUp.take(put)
    },
    /** False where it failed. */
    async save(its: Fate = 'ok'): Promise<boolean> {
      fate = its
      const isSaved = await rollUp.save().then(
        () => true,
        () => false,
      )
      fate = 'ok'
      return isSaved
    },
    /** What was not saved is gone, and it begins anew. */
    async crash(more: Partial<RollUpParts> = {}) {
      rollUp = await open(more)
    },
    async states() {
      const { rooms } = await store.rooms()
      return rooms.map(({ state }) => state)
    },
  }
}

export type Rolling = Awaited<ReturnType<typeof createRolling>>

/** The records of these files, each with the start of its file. */
export function recordsIn(files: readonly StreamFile[]) {
  return files.flatMap(({ startMs, records }) =>
    records.map((json) => ({
      fileMs: startMs,
      record: JSON.parse(json) as Record<string, unknown>,
    })),
  )
}
