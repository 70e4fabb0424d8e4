// The calls that a session took part in, as a file of a data stream has them.
import type { RoomRecord } from '../rooms/record.ts'
import type { SessionRecord } from '../store/store.ts'

type Call = Pick<RoomRecord, 'room_id' | 'start_time'>

/** What was filed, the oldest first, then the calls that are not settled: as they stand now, not as they were filed. */
export async function* roomsOf(
  session: Pick<SessionRecord, 'records'>,
  held: readonly RoomRecord[],
): AsyncGenerator<string, void> {
  const unsettled = new Set(held.map(nameOf))
  let before = '[\n'
  for await (const json of session.records()) {
    if (unsettled.has(nameOf(JSON.parse(json) as Call))) continue
    yield before + json
    before = ',\n'
  }
  for (const record of held.toSorted((one, other) =>
    one.start_time < other.start_time ? -1 : 1,
  )) {
    yield before + JSON.stringify(record)
    before = ',\n'
  }
  yield before === ',\n' ? '\n]\n' : '[]\n'
}

/** A call is one of its room and its beginning. */
function nameOf({ room_id, start_time }: Call): string {
  return JSON.stringify([room_id, start_time])
}
